"""The command that works on one task while nobody watches: `work`."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from typing import Annotated, cast
from uuid import uuid4

import typer
from rich.console import Console
from rich.markup import escape

from mcp_server.answers.unattended import WorkAnswer
from mcp_server.cli.launch import PASSED_ON, WithArgumentsForClaude
from mcp_server.cli.runner import DONE, FAILURE, JSON, MISUSE, REFUSED, CommandRequest, fail, serve, services_of
from mcp_server.cli.services import Unattended
from mcp_server.core.board.notify import send
from mcp_server.core.launch.sessions import Failed, Order
from mcp_server.core.unattended import orphans, requests
from mcp_server.core.unattended.work import Job, Nothing, news_of
from mcp_server.core.unattended.work import work as work_on_one
from mcp_server.domain.oversight.need import Need
from mcp_server.domain.unattended.limits import WorkSettings
from mcp_server.domain.unattended.outcome import Outcome
from mcp_server.showing.progress import ConsoleProgress

MOST = 1_000


def register(app: typer.Typer) -> None:
    """Register this command."""
    app.command(cls=WithArgumentsForClaude, rich_help_panel="Unattended")(work)


def work(  # noqa: PLR0913, PLR0917  each is an option
    context: typer.Context,
    tasks: Annotated[list[str] | None, typer.Argument(help="Default: the oldest request, else the best task.")] = None,
    count: Annotated[int, typer.Option("--count", min=1, help="So many tasks, one after the other.")] = 1,
    everything: Annotated[bool, typer.Option("--all", help="Until nothing is ready.")] = False,
    turns: Annotated[int | None, typer.Option("--turns", min=1, help="At most so many turns for a task.")] = None,
    usd: Annotated[float | None, typer.Option("--usd", min=0.01, help="At most so much money for a task.")] = None,
    minutes: Annotated[float | None, typer.Option("--minutes", min=0.01, help="At most so long for a task.")] = None,
    mode: Annotated[str | None, typer.Option("--permission-mode", help="The client's mode.")] = None,
    checkout: Annotated[bool, typer.Option("--checkout", help="In the main checkout, not in a worktree.")] = False,
    model: Annotated[str | None, typer.Option(help="Default: by the task's tier.")] = None,
    as_json: Annotated[bool, JSON] = False,
) -> None:
    """Work on one task with a headless session, within limits, and hand over. Arguments after -- go to claude."""
    services = services_of(context)
    named = list(dict.fromkeys(tasks or ()))
    if named and (everything or count > 1):
        fail("name the tasks, or say how many with --count or --all, not both", MISUSE, as_json=as_json)

    def act(request: CommandRequest) -> WorkAnswer:
        _end_gently()
        wanted = request.place.settings().work
        tools = services.unattended(None if minutes is None else minutes * 60)
        arguments = _arguments(wanted, turns, usd, mode, context.meta.get(PASSED_ON, []))
        order = Order("work", model, arguments, lambda: str(uuid4()))
        job = Job(order, in_checkout=checkout or wanted.place == "checkout")
        most = len(named) or (MOST if everything else count)
        return WorkAnswer.of(_runs(request, tools, job, named, most, quiet=as_json))

    serve(context, act, as_json=as_json, refused=_exit_code, show=lambda given: escape(given.line()))


def _runs(
    request: CommandRequest, tools: Unattended, job: Job, named: Sequence[str], most: int, *, quiet: bool
) -> list[Outcome | Failed | Nothing]:
    place, console = request.place, Console(stderr=True, quiet=quiet)
    news = news_of(place, orphans.settle(place, tools))
    _notify(request, tools, [*news, *_answers(request, tools)], console)
    outcomes: list[Outcome | Failed | Nothing] = []
    for number in range(most):
        one = job._replace(tasks=named[number : number + 1]) if named else job
        outcome = work_on_one(place, tools, request.agent_id, one, lambda: ConsoleProgress(console))
        outcomes.append(outcome)
        if isinstance(outcome, Nothing):
            if named:
                continue
            break
        job = job._replace(tried=job.tried | {outcome.task})
        if isinstance(outcome, Outcome):
            _notify(request, tools, news_of(place, [outcome]), console)
            if outcome.finished.how == "interrupted":
                break
    _notify(request, tools, _answers(request, tools), console)
    has_run = any(not isinstance(each, Nothing) for each in outcomes)
    return [each for each in outcomes if named or not has_run or not isinstance(each, Nothing)]


def _answers(request: CommandRequest, tools: Unattended) -> list[Need]:
    """Write the answers that nobody else will; files that can't be understood among them."""
    return requests.answer_rest(request.place, tools.request_folder(), tools.launch_lock)


def _notify(request: CommandRequest, tools: Unattended, news: Sequence[Need], console: Console) -> None:
    place = request.place
    if news:
        send(place.store, place.settings(), tools.notifiers(), console.print, news)


def _arguments(
    wanted: WorkSettings, turns: int | None, usd: float | None, mode: str | None, passed_on: Sequence[str]
) -> list[str]:
    """What the client is started with; what the person gives after `--` comes last and wins."""
    given = {
        "--max-turns": str(turns or wanted.turns or ""),
        "--max-budget-usd": f"{usd or wanted.usd:g}" if usd or wanted.usd else "",
        "--permission-mode": mode or wanted.permission_mode,
    }
    theirs = {word.partition("=")[0] for word in passed_on}
    ours = [word for name, value in given.items() if value and name not in theirs for word in (name, value)]
    return [*ours, *passed_on]


def _exit_code(answer: object) -> int:
    found = cast(WorkAnswer, answer)
    if found.not_started or any(run.ended in ("failed", "limit") for run in found.runs):
        return FAILURE
    return REFUSED if found.refused and not found.runs else DONE


def _end_gently() -> None:
    """A worker that is told to end stops its session first, and hands over."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    for kind in (signal.SIGTERM, signal.SIGINT):  # the second is ignored by what a script starts in the background
        signal.signal(kind, stop)
