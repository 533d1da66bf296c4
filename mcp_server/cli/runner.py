"""Runs a command: who is typing, how the answer is printed, and the exit code."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple, NoReturn, cast

import typer
from rich.console import Console

from mcp_server.answers.answer import Answer
from mcp_server.answers.bounded import bounded
from mcp_server.answers.not_in_use import NotInUseAnswer
from mcp_server.cli.services import Services
from mcp_server.core.agents.command_line import agent_in, refuse_agent, refuse_name
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.leases.lost import notify_losses
from mcp_server.core.task_list import sync
from mcp_server.core.workflows.carry_on import carry_on
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import PERSON, Agent
from mcp_server.domain.errors import InterlockError, Misuse, StateUnavailable, in_words, shown
from mcp_server.domain.machines.names import host_of
from mcp_server.ports import Books
from mcp_server.showing.wording import for_people

DONE, REFUSED, MISUSE, FAILURE = 0, 1, 2, 3

JSON = typer.Option("--json", help="Print the structured answer instead of text.")
AS = typer.Option("--as", metavar="NAME", help="Act as this agent. Default: your login name.")


class CommandRequest(NamedTuple):
    """A command being carried out: in which workplace, for which agent."""

    place: Workplace
    agent_id: int

    def refuse_agent_if(self, condition: bool, line: str) -> None:
        """Refuse an agent what only a person may do under this condition; `line` is what the person types."""
        with self.place.store.reading() as books:
            agent = books.agents.get(self.agent_id)
        if condition and agent.kind != "person":
            refuse_agent(self.place, agent, line)


def services_of(context: typer.Context) -> Services:
    """What the composition root handed in."""
    return cast(Services, context.find_root().obj)


def serve(  # noqa: PLR0913  how a command is carried out is said in one place
    context: typer.Context,
    act: Callable[[CommandRequest], Answer],
    *,
    as_json: bool,
    name: str | None = None,
    persons: str | None = None,
    begins: bool = False,
    not_in_use: int | None = REFUSED,
    grants: bool = False,
    unless: Callable[[], object] = lambda: None,
    without_state: Callable[[], Answer] | None = None,
    syncs: bool = False,
    refused: Callable[[Answer], int] = lambda _answer: DONE,
    show: Callable[[Answer], object] | None = None,
) -> NoReturn:
    """Carry out one command and exit: 0 done, 1 refused (or what `refused` says), 2 misuse, 3 failure.

    One that `begins` puts the repository into use, `unless` that refuses first. Others only say that it is not in use,
    and end with the exit code `not_in_use`; None carries them out all the same. The task list is brought up to date
    before and after it, unless the command `syncs` by itself. `persons` is the line that a person types: an agent, in
    whose session the command was typed, is refused.
    """
    with failing_in_words(as_json=as_json):
        unless()
        services = services_of(context)
        if not begins and not_in_use is not None and not services.in_use():
            leave_unused(not_in_use, as_json=as_json, grants=grants)
        try:
            answer = carry_out(services, act, name, persons, begins=begins, syncs=syncs)
        except StateUnavailable:
            if without_state is None or services.shell.session is not None:
                raise
            answer = without_state()
    print_answer(answer, as_json=as_json, show=show)
    raise typer.Exit(int(refused(answer)))


def look(
    context: typer.Context,
    at: Callable[[Workplace], Answer],
    *,
    as_json: bool,
    not_in_use: int | None = DONE,
    refused: Callable[[Answer], int] = lambda _answer: DONE,
    show: Callable[[Answer], object] | None = None,
) -> NoReturn:
    """Carry out a command that only shows or repairs, without registering an agent. It ends as `serve` does."""
    with failing_in_words(as_json=as_json):
        if not_in_use is not None and not services_of(context).in_use():
            leave_unused(not_in_use, as_json=as_json)
        place = services_of(context).open_place(False)
        notice = sync.sync_task_list(place).notice
        answer = at(place)
        answer.notice = " ".join(words for words in (notice, answer.notice) if words) or None
    print_answer(answer, as_json=as_json, show=show)
    raise typer.Exit(int(refused(answer)))


def leave_unused(code: int, *, as_json: bool, grants: bool = False) -> NoReturn:
    """Say that Interlock is not in use here, and what begins it."""
    if as_json:
        print_answer(NotInUseAnswer(granted=False if grants else None), as_json=True)
    else:
        Console(soft_wrap=True).print(NotInUseAnswer.FOR_PEOPLE, markup=False, highlight=False)
    raise typer.Exit(code)


@contextmanager
def failing_in_words(*, as_json: bool) -> Iterator[None]:
    """The one place where an error becomes a message and an exit code."""
    try:
        yield
    except InterlockError as error:
        fail(str(error), error.exit_code, as_json=as_json)
    except (OSError, ValueError) as error:
        fail(in_words(error), FAILURE, as_json=as_json)


def print_answer(answer: Answer, *, as_json: bool, show: Callable[[Answer], object] | None = None) -> None:
    """Print an answer as text, or with `as_json` as it is."""
    if as_json:
        typer.echo(json.dumps(bounded(answer).model_dump(mode="json", exclude_none=True), ensure_ascii=False))
        return
    if answer.notice:
        Console(stderr=True, soft_wrap=True).print(
            for_people(answer.notice), style="yellow", markup=False, highlight=False
        )
    words = show(answer) if show else answer.line()
    Console(soft_wrap=True).print(
        for_people(words) if isinstance(words, str) else words, markup=show is not None, highlight=False
    )


def fail(words: str, code: int, *, as_json: bool = False) -> NoReturn:
    """Exit with a message on stderr; with --json also print {"error": …}."""
    words = for_people(words)
    if as_json:
        typer.echo(json.dumps({"error": words}, ensure_ascii=False))
    Console(stderr=True, soft_wrap=True).print(f"interlock: {words}", style="red", markup=False, highlight=False)
    raise typer.Exit(code)


def carry_out(  # noqa: PLR0913  what `serve` was given
    services: Services,
    act: Callable[[CommandRequest], Answer],
    name: str | None,
    persons: str | None,
    *,
    begins: bool,
    syncs: bool,
) -> Answer:
    """Carry out one command, for whoever typed it, in the workplace as it is then."""
    place = services.open_place(begins)
    with place.store.noting() as books:
        agent = caller(books, services, place, name)
        notice = notify_losses(books, agent) if persons is None else None
    if persons is not None and agent.kind != "person":
        refuse_agent(place, agent, persons)
    before = _beside(place, agent, syncs=syncs)
    answer = act(CommandRequest(place, agent.id))
    after = _beside(place, agent, syncs=syncs) if services.in_use() else ()  # it may just have been removed
    said = (notice, *before, answer.notice, *after)
    answer.notice = " ".join(dict.fromkeys(words for words in said if words)) or None
    return answer


def _beside(place: Workplace, agent: Agent, *, syncs: bool) -> tuple[str | None, ...]:
    """What every command does beside its own work; left out where a store that machines share can't be reached."""
    with suppress(StateUnavailable):
        listed = None if syncs else sync.sync_task_list(place, agent.id).notice
        # What an agent's shell starts would be confined as the agent is: the session's server runs gates instead.
        return listed, carry_on(place, sets_going=agent.kind == PERSON)
    return ()


def caller(books: Books, services: Services, place: Workplace, name: str | None = None) -> Agent:
    """Who typed the command: the session's agent in a session, where no other name is accepted; else a person."""
    if name is not None and not any(map(str.isalnum, name)):
        raise Misuse(f"--as needs a name with a letter or a digit, not {shown(name)}. Nothing was changed")
    agent = agent_in(books, place.processes, services.shell, services.root)
    if agent is not None:
        refuse_name(agent, name or agent.name)
        return agent
    host = books.agents.host
    if host is not None and host_of(name or "") not in (None, host):
        raise Misuse(f"{shown(name or '')} works on another machine, and this one is {host}. Nothing was changed")
    who = name or _login()
    return recognise(books, Caller(session=person(who), title=who, kind="person", worktree=services.root))


def person(name: str | None) -> str:
    """The identity of a person at the command line. Default: the login name."""
    return f"person:{name or _login()}"


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "someone"
