"""Why a task was not claimed: because of whom, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from mcp_server.core.leases.obstacles import Obstacle
from mcp_server.core.tasks.suitable import Suitable
from mcp_server.domain.task import Task
from mcp_server.domain.text import count
from mcp_server.domain.workflow.run import why_none_is_ready
from mcp_server.ports import Books

HOLDER_DOES = "\0"
"""Stands in an advice where it is said what the holder does, which is found out for that one holder."""

Reason = Literal["held", "overlap", "waiting", "done", "nothing_ready", "review_full", "budget", "role"]


class Refused(NamedTuple):
    """The task could not be claimed: why, because of whom, and what to do next."""

    reason: Reason
    advice: str
    holder: str | None = None
    since: float | None = None
    example: str | None = None
    waiting_for: tuple[str, ...] = ()


def overlapping(task: Task, obstacle: Obstacle) -> Refused:
    """A task that overlaps what somebody holds, or needs a resource that somebody has."""
    lease, example = obstacle
    reason: Reason = "overlap" if example is not None else "held"
    common = f"both cover {example}" if example is not None else f"it needs {lease.subject}"
    holds = "waits for review" if lease.is_review else f"{lease.holder_name} holds{HOLDER_DOES}"
    return Refused(
        reason,
        f"{task.id} overlaps {lease.subject}, which {holds}: {common}. Claim another "
        f"task (claim_task without task_id), or wait until {lease.subject} is finished.",
        holder=lease.holder_name,
        since=lease.granted_at,
        example=example,
    )


def overspent(why: str) -> Refused:
    """A task whose budget is used up."""
    return Refused("budget", f"{why} Claim another task: claim_task without task_id picks the best.")


def all_overspent(why: str) -> Refused:
    """All that is ready has a budget that is used up."""
    return Refused("budget", f"{why} No other task is ready. Stop, and say so.")


def none_suits(suitable: Suitable) -> Refused:
    """What is ready is for other agents."""
    return Refused(
        "nothing_ready",
        f"{count(suitable.unsuited, 'task')} ready, but not for you: {suitable.example}. Stop, and say so.",
    )


def left_to_command(task: str) -> Refused:
    """What is ready is for the command of the settings."""
    return Refused(
        "nothing_ready",
        f"{task} is left to the command that the settings name for the tier local: `interlock work` runs it. No other "
        "task is ready.",
    )


def unmerged(books: Books, needed: Iterable[str]) -> str:
    """The needed tasks that are done but whose work is not merged yet, or not pushed."""
    done = [task.id for task in books.tasks.among(needed) if task.status == "done"]
    works = ((task_id, books.unmerged.of(task_id)) for task_id in done[:3])
    return "".join(
        f" {work.words(books.agents.host)}."
        if work is not None
        else f" {task_id} is done but not merged yet: interlock merge {task_id}."
        for task_id, work in works
    )


def of_a_run(books: Books, task: Task) -> Refused | None:
    """The refusal of a task whose run is paused, blocked or stopped."""
    run = books.runs.of(task.id) if task.status in ("todo", "in_progress") and not task.ready else None
    if run is None or run.state in ("running", "done"):
        return None
    return Refused("waiting", f"{task.id} is not offered: {run.words}. Claim another task meanwhile.")


def _runs_without_tasks(books: Books) -> list[str]:
    """Why runs of workflows that are not over have no task to offer."""
    said = (why_none_is_ready(run, books.runs.phases(run.seq), books.runs.counts(run.seq)) for run in books.runs.open())
    return [words for words in said if words is not None]


def needs_scope(tasks: str) -> Refused:
    """Tasks that have no scope yet."""
    return Refused(
        "waiting",
        f"{tasks} needs a scope before it can be claimed: set the paths that it may write with "
        "update_task(task_id, widen=[patterns]), or in its line in the task list: (scope: src/auth/**).",
    )


def nothing_ready(books: Books, obstacles: dict[str, Obstacle]) -> Refused:
    """No task can be claimed now, for the gravest reason."""
    if obstacles:
        task_id, (lease, example) = next(iter(obstacles.items()))
        whose = ", which waits for review" if lease.is_review else f" of {lease.holder_name}{HOLDER_DOES}"
        return Refused(
            "nothing_ready",
            f"{len(obstacles)} task(s) are ready but overlap what others hold ({task_id} overlaps {lease.subject}"
            f"{whose}). Wait for them, or stop and report that.",
            holder=lease.holder_name,
            since=lease.granted_at,
            example=example,
        )
    runs = _runs_without_tasks(books)
    if runs:
        return Refused("nothing_ready", f"No task is ready now: {'; '.join(runs)}.")
    todo = [task for task in books.tasks.open(50) if task.status == "todo"]
    unscoped = [task.id for task in todo if task.unscoped and not task.waiting]
    if unscoped:
        return needs_scope(", ".join(unscoped[:5]))._replace(reason="nothing_ready")
    waiting = [task for task in todo if task.waiting]
    if waiting:
        needed = tuple(dict.fromkeys(need for task in waiting[:5] for need in books.tasks.needs(task.seq)))
        return Refused(
            "nothing_ready",
            f"The tasks that are left wait for {', '.join(needed[:5])}.{unmerged(books, needed)} Stop, or help.",
            waiting_for=needed,
        )
    return Refused(
        "nothing_ready",
        "No task is left to claim: all are done, blocked, in review or being worked on. board shows them; plan_tasks "
        "adds more.",
    )
