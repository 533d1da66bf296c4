"""Runs a command: who is typing, how the answer is printed, and the exit code."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, NoReturn, cast

import typer
from rich.console import Console

from mcp_server.answers.answer import Answer
from mcp_server.cli.services import Services
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.leases.lost import notify_losses
from mcp_server.core.task_list import sync
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import InterlockError

DONE, REFUSED, MISUSE, FAILURE = 0, 1, 2, 3

JSON = typer.Option("--json", help="Print the structured answer instead of text.")
AS = typer.Option("--as", metavar="NAME", help="Act as this agent. Default: your login name.")


class CommandRequest(NamedTuple):
    """A command being carried out: in which workplace, for which agent."""

    place: Workplace
    agent_id: int


def services_of(context: typer.Context) -> Services:
    """What the composition root handed in."""
    return cast(Services, context.find_root().obj)


def serve(  # noqa: PLR0913  how a command is carried out is said in one place
    context: typer.Context,
    act: Callable[[CommandRequest], Answer],
    *,
    as_json: bool,
    name: str | None = None,
    begins: bool = False,
    unless: Callable[[], object] = lambda: None,
    syncs: bool = False,
    refused: Callable[[Answer], int] = lambda _answer: DONE,
    show: Callable[[Answer], object] | None = None,
) -> NoReturn:
    """Carry out one command and exit: 0 done, 1 refused (or what `refused` says), 2 misuse, 3 failure.

    One that `begins` puts the repository into use, `unless` that refuses first. The task list is brought up to date
    before and after it, unless the command `syncs` by itself.
    """
    with _failing_in_words(as_json=as_json):
        unless()
        answer = _carry_out(services_of(context), act, name, begins=begins, syncs=syncs)
    _print(answer, as_json=as_json, show=show)
    raise typer.Exit(int(refused(answer)))


def look(
    context: typer.Context,
    at: Callable[[Workplace], Answer],
    *,
    as_json: bool,
    refused: Callable[[Answer], int] = lambda _answer: DONE,
    show: Callable[[Answer], object] | None = None,
) -> NoReturn:
    """Carry out a command that only shows or repairs, without registering an agent. It ends as `serve` does."""
    with _failing_in_words(as_json=as_json):
        place = services_of(context).open_place(False)
        notice = sync.sync_task_list(place).notice
        answer = at(place)
        answer.notice = " ".join(words for words in (notice, answer.notice) if words) or None
    _print(answer, as_json=as_json, show=show)
    raise typer.Exit(int(refused(answer)))


@contextmanager
def _failing_in_words(*, as_json: bool) -> Iterator[None]:
    """The one place where an error becomes a message and an exit code."""
    try:
        yield
    except InterlockError as error:
        fail(str(error), error.exit_code, as_json=as_json)
    except (OSError, ValueError) as error:
        fail(str(error), FAILURE, as_json=as_json)


def _print(answer: Answer, *, as_json: bool, show: Callable[[Answer], object] | None) -> None:
    if as_json:
        typer.echo(json.dumps(answer.model_dump(mode="json", exclude_none=True), ensure_ascii=False))
        return
    if answer.notice:
        Console(stderr=True, soft_wrap=True).print(answer.notice, style="yellow", markup=False, highlight=False)
    Console(soft_wrap=True).print(show(answer) if show else answer.line(), markup=show is not None, highlight=False)


def fail(words: str, code: int, *, as_json: bool = False) -> NoReturn:
    """Exit with a message on stderr; with --json also print {"error": …}."""
    if as_json:
        typer.echo(json.dumps({"error": words}, ensure_ascii=False))
    Console(stderr=True, soft_wrap=True).print(f"interlock: {words}", style="red", markup=False, highlight=False)
    raise typer.Exit(code)


def _carry_out(
    services: Services, act: Callable[[CommandRequest], Answer], name: str | None, *, begins: bool, syncs: bool
) -> Answer:
    place = services.open_place(begins)
    who = name or _login()
    with place.store.writing() as books:
        agent = recognise(books, Caller(session=person(who), title=who, kind="person", worktree=services.root))
        notice = notify_losses(books, agent)
    before = None if syncs else sync.sync_task_list(place, agent.id).notice
    answer = act(CommandRequest(place, agent.id))
    after = answer.notice if syncs else sync.sync_task_list(place, agent.id).notice
    answer.notice = " ".join(dict.fromkeys(words for words in (notice, before, answer.notice, after) if words)) or None
    return answer


def person(name: str | None) -> str:
    """The identity of a person at the command line. Default: the login name."""
    return f"person:{name or _login()}"


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "someone"
