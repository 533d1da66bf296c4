"""Concludes the run of a worker: a task that its session left open is handed over, or counted as failed."""

from __future__ import annotations

from typing import Literal

from mcp_server.core.launch import sessions
from mcp_server.core.leases.obstacles import existing, lease_of
from mcp_server.core.tasks.update import update_task
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import InterlockError
from mcp_server.domain.launch import Launch
from mcp_server.domain.lease import Lease
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.task import FAILURES_UNTIL_BLOCKED, Task
from mcp_server.domain.text import clip, count
from mcp_server.domain.unattended.outcome import Finished, Outcome

Left = Literal["done", "review", "released", "failed"]
LONGEST_WORDS = 1_500
SHOWN_COMMITS = 5


def conclude(place: Workplace, launch: Launch, finished: Finished) -> Outcome:
    """End all that a launch holds; its task is as the session left it, or as this says if it left it open.

    A run that failed, or reached a limit, counts as a failure of the task, also if somebody holds it by now.
    """
    task, lease = _held(place, launch)
    if not _is_known(place, launch):
        finished = finished._replace(how="interrupted", why="a person stopped its session")
    if lease is not None:
        finished = _hand_over(place, launch, task, lease, finished)
    elif finished.how in ("failed", "limit"):
        _count_failure(place, task)
    sessions.release(place, launch, "its run has ended")
    with place.store.reading() as books:
        task = existing(books, task.id)
    return Outcome(task.id, task.title, task.status, finished, launch.worktree)


def _held(place: Workplace, launch: Launch) -> tuple[Task, Lease | None]:
    """The task, and the lease on it that the session left open. It may have ended with the session."""
    with place.store.reading() as books:
        task = existing(books, launch.task)
        lease = lease_of(books, task)
    is_open = task.status == "in_progress" and lease is not None and lease.holder == launch.agent
    return task, lease if is_open else None


def _is_known(place: Workplace, launch: Launch) -> bool:
    """Whether nobody has stopped the session on purpose, which forgets it."""
    with place.store.reading() as books:
        known = books.launches.get(launch.task)
    return known is not None and known.agent == launch.agent


def _hand_over(place: Workplace, launch: Launch, task: Task, lease: Lease, finished: Finished) -> Finished:
    """Give the task back with what is known of it; how the run ended, which failed if there is no trace of it."""
    has_place = bool(task.scope and launch.worktree)
    files = place.checkout.uncommitted(launch.worktree, parse(task.scope).covers) if has_place else 0
    commits = place.checkout.commits(launch.worktree, lease.granted_at, task.scope) if has_place else ()
    status = _left(place, task, finished, has_worked=bool(files or commits))
    if finished.how == "ended" and status in ("released", "failed"):
        trace = "" if status == "released" else ", and has changed nothing"
        finished = finished._replace(
            how="failed" if status == "failed" else "ended",
            why=f"its session ended without a word about the task{trace}",
        )
    parts = [f"(kept by Interlock: {finished.why})"] if finished.why else []
    if commits:
        parts.append(f"Committed: {'; '.join(commits[:SHOWN_COMMITS])}.")
    if files:
        parts.append(f"{count(files, 'uncommitted file')} in {launch.worktree}.")
    if finished.words:
        parts.append(f"Its last words: {clip(finished.words, LONGEST_WORDS)}")
    try:
        update_task(place, launch.agent, task.id, status=status, note=" ".join(parts))
    except InterlockError:  # it was taken over in this very moment
        _count_failure(place, task)
    return finished


def _left(place: Workplace, task: Task, finished: Finished, *, has_worked: bool) -> Left:
    """What becomes of a task that is left open. One for reading is done by its answer; one without a trace failed."""
    if finished.how in ("failed", "limit"):
        return "failed"
    if finished.how == "interrupted":
        return "released"
    if not task.scope and finished.words:
        return "review" if place.settings().review.required else "done"
    return "released" if has_worked else "failed"


def _count_failure(place: Workplace, task: Task) -> None:
    """Count it on a task that the run does not hold any more; whoever holds it now goes on."""
    with place.store.writing() as books:
        now = existing(books, task.id)
        failures = now.failures + 1
        if now.status == "todo" and failures >= FAILURES_UNTIL_BLOCKED:
            needs = f"it failed {failures} times"
            books.tasks.put(now.seq, status="blocked", token=None, failures=failures, needs=needs)
        elif now.status in ("todo", "in_progress"):
            books.tasks.put(now.seq, status=now.status, token=now.token, failures=failures)
