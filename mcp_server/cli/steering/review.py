"""The commands for reviews: `review`, `approve`, `reject`."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Annotated, cast

import typer
from rich.markup import escape

from mcp_server.answers.answer import Answer
from mcp_server.answers.review import ApproveAnswer, InReviewPart, RejectAnswer, ReviewAnswer, ReviewsAnswer
from mcp_server.answers.team_plan import PlanDecidedAnswer, WaitingPlanAnswer
from mcp_server.cli.runner import AS, DONE, JSON, MISUSE, REFUSED, CommandRequest, fail, look, serve, services_of
from mcp_server.core.agents.command_line import typed
from mcp_server.core.approval.check import check_task
from mcp_server.core.approval.decide import Approved, NotApproved, approve_and_merge, approve_task, reject_task
from mcp_server.core.approval.waiting import one_waiting, queue
from mcp_server.core.merge.conflicts import find_conflicts
from mcp_server.core.teams import plans
from mcp_server.domain.merge import result_words
from mcp_server.showing import times

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]
Id = Annotated[str, typer.Argument(help="The task.")]


def register(app: typer.Typer) -> None:
    """Register these commands."""
    for command in (review, approve, reject):
        app.command(rich_help_panel="Review")(command)


def review(
    context: typer.Context,
    task_id: Annotated[str | None, typer.Argument(help="Show what was done for this task.")] = None,
    editor: Annotated[bool, typer.Option("--editor", help="Show it in git's difftool, or else your editor.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Run its check on the result of its merge.")] = False,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Show what waits for review, oldest first; with a task, what was done for it."""
    services = services_of(context)
    if task_id is None:
        if editor or check:
            fail("name the task to look at, or to check", MISUSE, as_json=as_json)
        look(context, lambda place: ReviewsAnswer.of(queue(place, services.works())), as_json=as_json, show=_show_queue)
    if check:
        _check(context, task_id, as_json=as_json, name=name)
    works = services.works()

    def act(request: CommandRequest) -> Answer:
        planned = plans.waiting(request.place, task_id)
        if planned is not None:
            return WaitingPlanAnswer.of(planned)
        waiting = one_waiting(request.place, task_id)
        waiting = waiting._replace(changes=works.changes(waiting.begin))
        return ReviewAnswer.of(waiting, shown=None if as_json else works.show(waiting.begin, editor=editor))

    serve(context, act, as_json=as_json, name=name, show=_show_one)


def approve(
    context: typer.Context,
    task_id: Id,
    merge: Annotated[bool, typer.Option("--merge", help="Merge its branch as well: both, or neither.")] = False,
    note: Annotated[str | None, typer.Option("--note", "-m", help="What its author should know.")] = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Approve a task that waits for review: it is done. Or the plan of a teammate: it may write."""
    services = services_of(context)
    line = typed("approve", task_id, *(("--merge",) if merge else ()))

    def act(request: CommandRequest) -> Answer:
        if plans.waiting(request.place, task_id) is not None:
            decided = plans.decide(request.place, request.agent_id, task_id, approved=True, line=line, reason=note)
            return PlanDecidedAnswer.of(decided)
        outcome: Approved | NotApproved
        if merge:
            tool = services.merge_tool()
            outcome = approve_and_merge(request.place, tool, request.agent_id, task_id, note=note, line=line)
            if isinstance(outcome, Approved):
                with suppress(OSError):  # it is merged; conflicts are found at the next commit as well
                    find_conflicts(request.place, services.conflict_search())
        else:
            outcome = approve_task(request.place, request.agent_id, task_id, note=note, line=line)
        return ApproveAnswer.of(outcome)

    refused = lambda answer: not cast(ApproveAnswer | PlanDecidedAnswer, answer).approved  # noqa: E731  used once
    serve(context, act, as_json=as_json, name=name, refused=refused)


def reject(
    context: typer.Context,
    task_id: Id,
    why: Annotated[str, typer.Option("--message", "-m", help="Why: its author and whoever claims it next read it.")],
    as_json: Json = False,
    name: As = None,
) -> None:
    """Reject a task that waits for review, which is to be done again, or the plan of a teammate, for a reason."""

    def act(request: CommandRequest) -> Answer:
        if plans.waiting(request.place, task_id) is not None:
            line = typed("reject", task_id, "-m", why)
            decided = plans.decide(request.place, request.agent_id, task_id, approved=False, line=line, reason=why)
            return PlanDecidedAnswer.of(decided)
        return RejectAnswer.of(reject_task(request.place, request.agent_id, task_id, why))

    serve(context, act, as_json=as_json, name=name)


def _check(context: typer.Context, task_id: str, *, as_json: bool, name: str | None) -> None:
    services = services_of(context)

    def act(request: CommandRequest) -> ReviewAnswer:
        outcome = check_task(request.place, services.merge_tool(), request.agent_id, task_id)
        waiting = one_waiting(request.place, task_id)
        return ReviewAnswer.checked(waiting._replace(changes=services.works().changes(waiting.begin)), outcome)

    def refused(answer: Answer) -> int:
        found = cast(ReviewAnswer, answer)
        return DONE if found.check is not None and not found.check.code else REFUSED

    serve(context, act, as_json=as_json, name=name, refused=refused)


def _show_queue(answer: Answer) -> str:
    found = cast(ReviewsAnswer, answer)
    shown = [line for part in found.waiting for line in (*_lines(part), "")]
    more = [f"And {found.more} more."] if found.more else []
    how = ["`interlock review ID` shows what was done, `interlock approve ID`, `interlock reject ID -m WHY` decide."]
    return escape("\n".join([found.line(), "", *shown, *more, *(how if found.waiting else [])]).rstrip())


def _show_one(answer: Answer) -> str:
    if isinstance(answer, WaitingPlanAnswer):
        return escape(answer.line())
    found = cast(ReviewAnswer, answer)
    lines = _lines(found.review) if sys.stdout.isatty() or found.shown is False else []
    return escape("\n".join([*lines, found.line()]))


def _lines(part: InReviewPart) -> list[str]:
    now = times.now()
    on = f", branch {part.branch} from {part.base}" if part.branch else ""
    lines = [
        f"{part.id}: {part.title}",
        f"  {part.author} asked at {times.local(part.since, now)}; in {part.place}{on}",
    ]
    changes = part.changes.line() if part.changes is not None else "git can't tell what was changed"
    lines.append(f"  {changes}")
    lines += [f"  done when {part.done_when}"] if part.done_when else []
    if part.check is not None:
        when = times.local(part.check.at, now)
        lines.append(f"  its check `{part.check.command}` {result_words(part.check.code)} at {when}")
    lines += [f"  {part.tokens:,} tokens"] if part.tokens is not None else []
    return lines + [f"  note of {note.author}: {note.text}" for note in part.notes]
