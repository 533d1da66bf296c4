"""The commands that find and start workflows: `workflow list`, `workflow start`, `workflow advance`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.markup import escape

from mcp_server.answers.answer import Answer
from mcp_server.answers.workflows import AheadPart, MovedAnswer, StartAnswer, WorkflowPart, WorkflowsAnswer
from mcp_server.cli.runner import (
    AS,
    DONE,
    JSON,
    REFUSED,
    CommandRequest,
    carry_out,
    failing_in_words,
    look,
    serve,
    services_of,
)
from mcp_server.cli.services import Services
from mcp_server.core.guard.check import command_check
from mcp_server.core.task_list import sync
from mcp_server.core.workflows import carry_out as carrying
from mcp_server.core.workflows.find import workflow_of
from mcp_server.core.workflows.progress import progress
from mcp_server.core.workflows.start import Judge, Preview, preview, start
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import PERSON
from mcp_server.domain.errors import InterlockError, Misuse, shown
from mcp_server.domain.text import count

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]
SHOWN = 6


def register(workflow: typer.Typer) -> None:
    """Register these commands."""
    workflow.command("list")(list_)
    workflow.command("start")(start_)
    workflow.command("advance")(advance)


def list_(context: typer.Context, as_json: Json = False) -> None:
    """Show which workflows there are: this repository's, and those that Interlock brings."""
    services = services_of(context)
    look(context, lambda _place: _workflows(services), as_json=as_json, not_in_use=None, show=_show_workflows)


def start_(  # noqa: PLR0913, PLR0917  each is an option
    context: typer.Context,
    workflow: Annotated[str, typer.Argument(metavar="NAME", help="The workflow.")],
    given: Annotated[list[str] | None, typer.Argument(metavar="KEY=VALUE…", help="Its parameters.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be planned, and plan nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Start without asking.")] = False,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Start a run of a workflow: shows what would be planned, asks, and plans the first phase."""
    services = services_of(context)
    asks = not (yes or dry_run or as_json) and sys.stdin.isatty()
    seen: list[Preview] = []

    def look_ahead(request: CommandRequest) -> StartAnswer:
        found = previewed(services, request, workflow, given or ())
        seen.append(found)
        advice = "Nothing was planned: this was a dry run." if dry_run else "Nothing was planned; --yes starts it."
        return StartAnswer.of(found, advice=None if asks else advice)

    def begin(request: CommandRequest) -> StartAnswer:
        found = seen[0] if seen else previewed(services, request, workflow, given or ())
        return StartAnswer.of(found, start(request.place, request.agent_id, found))

    if asks:
        with failing_in_words(as_json=False):
            answer = carry_out(services, look_ahead, name, None, begins=False, syncs=False)
        Console(soft_wrap=True).print(_show_start(answer), highlight=False)
        if not typer.confirm("Start?"):
            raise typer.Exit(REFUSED)
    if asks or yes:
        serve(context, begin, as_json=as_json, name=name, begins=True, show=_show_begun if asks else _show_start)
    refused = lambda _answer: DONE if dry_run else REFUSED  # noqa: E731  one line, used once
    serve(context, look_ahead, as_json=as_json, name=name, not_in_use=None, refused=refused, show=_show_start)


def advance(
    context: typer.Context,
    run: Annotated[str | None, typer.Argument(metavar="RUN", help="Default: every run.")] = None,
    attempt: Annotated[int | None, typer.Option(hidden=True)] = None,
    as_json: Json = False,
) -> None:
    """Run the gates and lists that are due, here and now. Any other command and any session has that done as well."""

    def at(place: Workplace) -> MovedAnswer:
        found = progress(place)
        said = list(found.words)
        for run_id in [run] if run is not None else [due.run.id for due in found.due]:
            said += carrying.carry_out(place, run_id, attempt).words
        sync.sync_task_list(place)
        left = progress(place)
        return MovedAnswer(done=said, running=[due.run.id for due in left.due if due.is_running])

    look(context, at, as_json=as_json)


def previewed(services: Services, request: CommandRequest, workflow: str, given: Sequence[str]) -> Preview:
    """What a run would plan, for whoever typed that."""
    with request.place.store.reading() as books:
        is_persons = books.agents.get(request.agent_id).kind == PERSON
    judge = None if is_persons else _judge(services, request)
    return preview(request.place, services.workshop(), workflow, _values(given), agent_id=request.agent_id, judge=judge)


def _judge(services: Services, request: CommandRequest) -> Judge:
    """Judges the commands of a workflow as the guard judges an agent's own."""
    survey = services.survey(services.root, services.shell.session or "")

    def judge(command: str) -> str | None:
        reading = services.read_command(command, services.root)
        decision = command_check(
            request.place, request.agent_id, command, reading=reading, survey=survey, disk=services.disk
        )
        return None if decision.allowed else decision.reason

    return judge


def _values(given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for said in given:
        name, equals, value = said.partition("=")
        if not equals or not name:
            raise Misuse(f"parameters are given as KEY=VALUE, not as {shown(said)}")
        if name in found:
            raise Misuse(f"the parameter {name} is given twice")
        found[name] = value
    return found


def _workflows(services: Services) -> WorkflowsAnswer:
    workshop = services.workshop()
    found: list[WorkflowPart] = []
    for name in workshop.names():
        try:
            found.append(WorkflowPart.of(workflow_of(workshop, name)))
        except InterlockError as error:
            found.append(WorkflowPart(name=name, trouble=str(error)))
    return WorkflowsAnswer(workflows=found)


def _show_workflows(answer: Answer) -> str:
    lines: list[str] = []
    for part in cast(WorkflowsAnswer, answer).workflows:
        lines.append(f"[bold]{part.name}[/]  {escape(part.description)}")
        lines += [f"  [red]{escape(part.trouble)}[/]"] if part.trouble else []
        for one in part.parameters:
            about = f"  ({one.description})" if one.description else ""
            lines.append(escape(f"  {one.name}={'…' if one.default is None else shlex.quote(one.default)}{about}"))
    return "\n".join([*lines, "", "`interlock workflow start NAME KEY=VALUE… --dry-run` shows what it would plan."])


def _show_start(answer: Answer) -> str:
    found = cast(StartAnswer, answer)
    given = ", ".join(f"{name}={value}" for name, value in found.parameters.items() if value)
    lines = [f"[bold]{found.workflow}[/]{escape(f' with {given}') if given else ''}", ""]
    for number, part in enumerate(found.phases, 1):
        lines += _phase(number, part)
    return "\n".join([*lines, "", escape(found.line())])


def _show_begun(answer: Answer) -> str:
    return escape(cast(StartAnswer, answer).line())


def _phase(number: int, part: AheadPart) -> list[str]:
    lines = [f"[bold]{number}. {escape(part.name)}[/]  {count(len(part.tasks), 'task')}"]
    for task in part.tasks[:SHOWN]:
        scope = f", may write {' '.join(task.scope)}" if task.scope else ", for reading only"
        lines.append(escape(f"   {task.title}{scope}"))
    lines += [f"   … and {len(part.tasks) - SHOWN} more"] if len(part.tasks) > SHOWN else []
    lines += [escape(f"   {part.words}")] if part.words else []
    lines += [
        escape(f"   overlap: {one.tasks[0]} and {one.tasks[1]} both cover {one.example}, so they take turns")
        for one in part.overlaps[:SHOWN]
    ]
    left = len(part.overlaps) - SHOWN
    lines += [f"   … and {left} more overlaps"] if left > 0 else []
    return [*lines, *([escape(f"   then: {part.gate.words}")] if part.gate else [])]
