"""The commands that show: `check`, `board`, `log`."""

from __future__ import annotations

import json
from pathlib import Path
from time import sleep
from typing import Annotated, cast

import typer
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from mcp_server.answers.answer import Answer
from mcp_server.answers.board import AgentPart, BoardAnswer
from mcp_server.answers.messages import ScopeAnswer
from mcp_server.cli.guard import check_command
from mcp_server.cli.runner import AS, FAILURE, JSON, MISUSE, CommandRequest, fail, look, serve, services_of
from mcp_server.core.guard.check import scope_check
from mcp_server.core.tasks.board import read_board, recent_events
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.text import stamp

WATCH_EVERY = 1.0

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]


def register(app: typer.Typer) -> None:
    """Register these commands."""
    for command in (check, board, log):
        app.command(rich_help_panel="Look")(command)


def check(
    context: typer.Context,
    paths: Annotated[list[str] | None, typer.Argument(help="Files or folders; they need not exist.")] = None,
    command: Annotated[str | None, typer.Option("--command", help="A Bash command, as one argument.")] = None,
    cwd: Annotated[str, typer.Option("--cwd", help="Where the command would run.")] = ".",
    as_json: Json = False,
    name: As = None,
) -> None:
    """Check whether you may write these paths now, or run a Bash command. Decides exactly as the guard does."""
    if command is not None:
        if paths:
            fail("give either paths or --command, not both", MISUSE, as_json=as_json)
        check_command(context, command, cwd, as_json=as_json, name=name)
    if not paths:
        fail("give the paths to check, or a Bash command with --command", MISUSE, as_json=as_json)
    locate = services_of(context).locate

    def act(request: CommandRequest) -> ScopeAnswer:
        return ScopeAnswer.of(
            scope_check(request.place, request.agent_id, paths, directory=str(Path.cwd()), locate=locate)
        )

    serve(context, act, as_json=as_json, name=name, refused=_some_refused, show=_show_paths)


def board(
    context: typer.Context,
    watch: Annotated[bool, typer.Option("--watch", help="Refresh it until you press Ctrl-C.")] = False,
    as_json: Json = False,
) -> None:
    """Show agents, tasks, claims, locks, and who waits for whom."""
    if not watch:
        look(context, _board, as_json=as_json, show=show_board)
    place = services_of(context).open_place
    with Live(console=Console(), auto_refresh=False, screen=True) as live:
        while True:
            live.update(show_board(_board(place(False))), refresh=True)
            sleep(WATCH_EVERY)


def log(
    context: typer.Context,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10_000, help="How many events.")] = 50,
    as_json: Json = False,
) -> None:
    """Show what happened: claims, locks, take-overs, refusals; the newest last."""
    try:
        events = recent_events(services_of(context).open_place(False), limit)
    except StateUnavailable as error:
        fail(str(error), FAILURE, as_json=as_json)
    if as_json:
        rows = [{**event._asdict(), "at": stamp(event.at)} for event in events]
        typer.echo(json.dumps({"events": rows}, ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("when", "who", "what", "", ""):
        table.add_column(heading, overflow="fold")
    for event in events:
        table.add_row(
            stamp(event.at), *(escape(part or "") for part in (event.agent, event.kind, event.subject, event.detail))
        )
    Console().print(table)


def show_board(answer: Answer) -> RenderableType:
    """The board as a person sees it."""
    shown = cast(BoardAnswer, answer)
    parts: list[RenderableType] = [_tasks(shown)]
    if shown.locks:
        parts.append(_locks(shown))
    if shown.agents:
        parts.append("[bold]Agents:[/] " + ", ".join(escape(_agent(agent)) for agent in shown.agents))
    parts += [
        f"[yellow]{escape(wait.who)}[/] waits for {escape(wait.waits_for)}"
        + (f" ({escape(wait.holder + (f': {wait.doing}' if wait.doing else ''))})" if wait.holder else "")
        for wait in shown.waiting
    ]
    parts += [f"[red]Conflict:[/] {escape(conflict.line())}" for conflict in shown.conflicts]
    return Group(*parts)


def _board(place: Workplace) -> BoardAnswer:
    return BoardAnswer.of(read_board(place))


def _agent(agent: AgentPart) -> str:
    return f"{agent.name} ({agent.doing})" if agent.doing else agent.name


def _tasks(shown: BoardAnswer) -> Table:
    more = f", {shown.more} more not shown" if shown.more else ""
    table = Table(
        title=f"{len(shown.tasks)} open task(s), {shown.done} done{more}",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    for heading in ("task", "status", "holder", "title", "scope"):
        table.add_column(heading, overflow="fold")
    styles = {"in_progress": "green", "blocked": "red"}
    for task in shown.tasks:
        status = "ready" if task.ready else task.status
        style = styles.get(task.status, "cyan" if task.ready else "dim")
        cells = (
            task.id,
            f"[{style}]{status}[/]",
            task.holder or "",
            task.title,
            ", ".join(task.scope) or ("needs a scope" if task.needs_scope else "read-only"),
        )
        table.add_row(escape(cells[0]), cells[1], *(escape(cell) for cell in cells[2:]))
    return table


def _locks(shown: BoardAnswer) -> Table:
    table = Table(title="Locks", title_justify="left", box=None, pad_edge=False)
    for heading in ("resource", "holder", "purpose", "until"):
        table.add_column(heading, overflow="fold")
    for lease in shown.locks:
        until = lease.expires_at if lease.live else "free"
        table.add_row(*(escape(cell) for cell in (lease.resource or "", lease.holder, lease.purpose or "", until)))
    return table


def _some_refused(answer: Answer) -> bool:
    return any(not part.allowed for part in cast(ScopeAnswer, answer).paths)


def _show_paths(answer: Answer) -> str:
    lines = []
    for part in cast(ScopeAnswer, answer).paths:
        mark = "[green]yes[/]" if part.allowed else "[red]no[/] "
        lines.append(f"{mark} {escape(part.path)}: {escape(part.reason)}")
    return "\n".join(lines)
