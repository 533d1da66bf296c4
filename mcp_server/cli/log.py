"""The command that shows what happened: `log`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from time import sleep
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from mcp_server.cli.runner import DONE, JSON, failing_in_words, leave_unused, services_of
from mcp_server.cli.services import Services
from mcp_server.core.board.board import recent_events
from mcp_server.domain.messages import Event
from mcp_server.domain.text import stamp
from mcp_server.showing import times

FOLLOW_EVERY = 0.5
MOST_AT_ONCE = 1_000


def register(app: typer.Typer) -> None:
    """Register this command."""
    app.command(rich_help_panel="Look")(log)


def log(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="How many events.")] = 50,
    task: Annotated[str | None, typer.Option("--task", help="Only the events of this task.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until you press Ctrl-C.")] = False,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Show what happened: claims, locks, take-overs, refusals; the newest last."""
    services = services_of(context)
    with failing_in_words(as_json=as_json):
        if not services.in_use():
            leave_unused(DONE, as_json=as_json)
        events = recent_events(services.open_place(False), limit, task=task)
        if follow:
            _follow(services, events, task, as_json=as_json)
        if as_json:
            typer.echo(json.dumps({"events": [_row(event) for event in events]}, ensure_ascii=False))
        else:
            Console().print(_table(events))


def _follow(services: Services, events: Sequence[Event], task: str | None, *, as_json: bool) -> None:
    """Print each event as a line, those that are known and those to come, until it is interrupted."""
    console = Console(soft_wrap=True)
    last = 0
    while True:
        for event in events:
            last = event.id
            if as_json:
                typer.echo(json.dumps(_row(event), ensure_ascii=False))
            else:
                words = (times.local(stamp(event.at), times.now()), *_words(event))
                console.print("  ".join(filter(None, words)), markup=False, highlight=False)
        sleep(FOLLOW_EVERY)
        events = recent_events(services.open_place(False), MOST_AT_ONCE, task=task, after=last)


def _row(event: Event) -> dict[str, object]:
    return {**event._asdict(), "at": stamp(event.at)}


def _table(events: Sequence[Event]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("when", "who", "what", "", ""):
        table.add_column(heading, overflow="ellipsis" if heading else "fold", no_wrap=bool(heading))
    now = times.now()
    for event in events:
        table.add_row(times.local(stamp(event.at), now), *(escape(part) for part in _words(event)))
    return table


def _words(event: Event) -> tuple[str, str, str, str]:
    return event.agent or "", event.kind.replace("_", " "), event.subject, event.detail or ""
