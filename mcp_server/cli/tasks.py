"""The commands for work: `plan`, `claim`, `update` and its short forms, `lock`, `unlock`."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from time import sleep
from typing import Annotated, Any, Literal, cast

import typer
from pydantic import ValidationError
from rich.markup import escape

from mcp_server.answers.answer import Answer
from mcp_server.answers.locks import LockAnswer, UnlockAnswer
from mcp_server.answers.tasks import ClaimAnswer, PlanAnswer, UpdateAnswer
from mcp_server.cli.runner import AS, JSON, CommandRequest, serve
from mcp_server.core.agents.command_line import typed
from mcp_server.core.leases.lock import lock_resource, resource_name, unlock_resource
from mcp_server.core.tasks.claim import claim_task
from mcp_server.core.tasks.plan import plan_tasks
from mcp_server.core.tasks.update import update_task
from mcp_server.domain.assignment.roles import BUILT_IN, role_named
from mcp_server.domain.errors import Misuse
from mcp_server.domain.text import count
from mcp_server.planned_task import PlannedTask
from mcp_server.showing.wording import scope_words

RETRY_SECONDS = 0.25

Json = Annotated[bool, JSON]
As = Annotated[str | None, AS]
Id = Annotated[str, typer.Argument(help="The task.")]
Note = Annotated[str | None, typer.Option(help="A note for whoever continues the task.")]
Force = Annotated[bool, typer.Option("--force", help="Even if somebody else holds it; the holder is notified.")]
Status = Literal["in_progress", "plan", "review", "blocked", "done", "released", "failed"]


def register(app: typer.Typer) -> None:
    """Register these commands."""
    for command in (plan, claim, update, done, block, release, lock, unlock):
        app.command(rich_help_panel="Work")(command)


def plan(
    context: typer.Context,
    file: Annotated[
        str, typer.Argument(help='A JSON file, {"tasks": [{"title": …, "scope": [pattern, …]}]}; - for stdin.')
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the result without planning anything.")] = False,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Plan tasks, all or none, and see which of them overlap."""
    tasks = cache(lambda: _tasks(file))

    def act(request: CommandRequest) -> PlanAnswer:
        proposals = [task.proposal() for task in tasks()]
        planned = plan_tasks(request.place, request.agent_id, proposals, dry_run=dry_run)
        return PlanAnswer.of(planned, dry_run=dry_run)

    serve(context, act, as_json=as_json, name=name, begins=not dry_run, not_in_use=None, unless=tasks, show=_show_plan)


def claim(
    context: typer.Context,
    task_id: Annotated[str | None, typer.Argument(help="Default: the best task that is ready.")] = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Claim a task: while you hold it, nobody else may write in its scope."""

    def act(request: CommandRequest) -> ClaimAnswer:
        return ClaimAnswer.of(claim_task(request.place, request.agent_id, task_id))

    refused = lambda answer: not cast(ClaimAnswer, answer).granted  # noqa: E731  one line, used once
    serve(context, act, as_json=as_json, name=name, grants=True, refused=refused, show=_show_claim)


def update(
    context: typer.Context,
    task_id: Id,
    status: Annotated[
        Status | None, typer.Option(help="Its new status; all but in_progress and plan end the claim.")
    ] = None,
    note: Note = None,
    widen: Annotated[list[str] | None, typer.Option(help="A pattern to add to the scope; repeatable.")] = None,
    force: Force = False,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Change a task's status, leave a note, or widen its scope."""

    def act(request: CommandRequest) -> UpdateAnswer:
        outcome = update_task(
            request.place, request.agent_id, task_id, status=status, note=note, widen=widen or (), force=force
        )
        return UpdateAnswer.of(outcome, asked_to_widen=bool(widen))

    line = (
        ("release", task_id) if status == "released" else ("update", task_id, *(("--status", status) if status else ()))
    )
    persons = typed(*line, "--force") if force else None
    refused = lambda answer: cast(UpdateAnswer, answer).widened is False  # noqa: E731  one line, used once
    serve(context, act, as_json=as_json, name=name, persons=persons, refused=refused, show=_show_update)


def done(
    context: typer.Context, task_id: Id, note: Note = None, force: Force = False, as_json: Json = False, name: As = None
) -> None:
    """Finish a task: the same as `update --status done`."""
    update(context, task_id, "done", note, None, force, as_json, name)


def block(
    context: typer.Context, task_id: Id, note: Note = None, force: Force = False, as_json: Json = False, name: As = None
) -> None:
    """Block a task; the note says what it needs: the same as `update --status blocked`."""
    update(context, task_id, "blocked", note, None, force, as_json, name)


def release(
    context: typer.Context, task_id: Id, note: Note = None, force: Force = False, as_json: Json = False, name: As = None
) -> None:
    """Give a task back, so that others can claim it: the same as `update --status released`."""
    update(context, task_id, "released", note, None, force, as_json, name)


def lock(
    context: typer.Context,
    resource: Annotated[str, typer.Argument(help="Any name, or path:PATTERN for files that everybody needs.")],
    purpose: Annotated[str | None, typer.Option(help="Shown to others who want it.")] = None,
    minutes: Annotated[float, typer.Option(help="It expires after so many minutes of silence.")] = 30,
    wait_seconds: Annotated[
        float, typer.Option("--wait", help="Seconds to wait for it, at most 60.", min=0, max=60)
    ] = 0,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Lock a port, a database, an API, or files that several tasks need: one holder at a time."""

    def attempt(request: CommandRequest) -> LockAnswer:
        outcome = lock_resource(request.place, request.agent_id, resource, purpose=purpose, minutes=minutes)
        return LockAnswer.of(resource_name(resource), outcome)

    def act(request: CommandRequest) -> LockAnswer:
        answer = attempt(request)
        for _ in range(round(wait_seconds / RETRY_SECONDS)):
            if answer.granted:
                break
            sleep(RETRY_SECONDS)
            answer = attempt(request)
        return answer

    refused = lambda answer: not cast(LockAnswer, answer).granted  # noqa: E731  one line, used once
    serve(context, act, as_json=as_json, name=name, grants=True, refused=refused, show=_show_lock)


def unlock(
    context: typer.Context,
    resource: Annotated[str, typer.Argument(help="The name under which it was locked.")],
    force: Force = False,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Release a lock."""

    def act(request: CommandRequest) -> UnlockAnswer:
        return UnlockAnswer.of(unlock_resource(request.place, request.agent_id, resource, force=force))

    persons = typed("unlock", resource, "--force") if force else None
    refused = lambda answer: not cast(UnlockAnswer, answer).released  # noqa: E731  one line, used once
    serve(context, act, as_json=as_json, name=name, persons=persons, refused=refused)


def _tasks(file: str) -> list[PlannedTask]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
        said: Any = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise Misuse(f"the plan in {file} cannot be read: {error}") from None
    tasks = said.get("tasks") if isinstance(said, dict) else None
    if not isinstance(tasks, list):
        raise Misuse(f'the plan in {file} must have the form {{"tasks": [{{"title": …, "scope": […]}}]}}')
    try:
        return [PlannedTask.model_validate(task) for task in tasks]
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Misuse(
            f"a task in the plan is invalid at {where or 'its form'}: {first['msg']}; nothing was planned"
        ) from None


def _show_plan(answer: Answer) -> str:
    planned = cast(PlanAnswer, answer)
    overlaps = count(len(planned.overlaps), "overlap")
    lines = [f"{count(len(planned.created), 'task')}, {len(planned.ready)} ready, {overlaps}."]
    lines += [f"  {part.tasks[0]} and {part.tasks[1]} both cover {part.example}" for part in planned.overlaps]
    return escape("\n".join([*lines, *([planned.advice] if planned.advice else [])]))


def _show_claim(answer: Answer) -> str:
    claimed = cast(ClaimAnswer, answer)
    if claimed.task is None:
        return escape(claimed.advice or "")
    task = claimed.task
    lines = [*([claimed.first] if claimed.first else []), f"{task.id} is yours: {task.title}"]
    lines.append(f"  you may write {scope_words(claimed.scope or ())}")
    if task.role is not None:
        does = f" ({role_named(task.role).does})" if task.role in BUILT_IN else ""
        lines.append(f"  its role is {task.role}{does}")
    lines += [f"  done when {task.done_when}"] if task.done_when else []
    if claimed.taken_from:
        lines.append(f"  {claimed.taken_from} held it before: look first at what is uncommitted in its scope")
    lines += [f"  note of {note.author}: {note.text}" for note in claimed.notes or ()]
    lines.append(f"When it is finished: `interlock done {task.id}`; to give it back: `interlock release {task.id}`.")
    return escape("\n".join(lines))


def _show_update(answer: Answer) -> str:
    updated = cast(UpdateAnswer, answer)
    if updated.widened:
        return escape(f"{updated.task.id} may now write {scope_words(updated.task.scope or ())}.")
    return escape(updated.line())


def _show_lock(answer: Answer) -> str:
    asked = cast(LockAnswer, answer)
    if asked.granted:
        return escape(f"{asked.resource} is yours. When you are done: `interlock unlock {asked.resource}`.")
    return escape(asked.advice)
