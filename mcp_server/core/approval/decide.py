"""Approves or rejects a task that waits for review, for a person or for an agent that is not its author."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.agents.command_line import refuse_agent
from mcp_server.core.approval.check import keep_check
from mcp_server.core.leases.obstacles import existing
from mcp_server.core.merge.merge import Merged, merge_branch
from mcp_server.core.merge.request import NotMerged, Options
from mcp_server.core.review import decision
from mcp_server.core.tasks.merged import merged_before
from mcp_server.core.tasks.unblock import unblock
from mcp_server.core.workplace import Workplace
from mcp_server.domain import accepted_text
from mcp_server.domain.task import Task
from mcp_server.ports import Books, MergeTool


class Approved(NamedTuple):
    """The task is done. `away`: in a worktree whose work is not merged yet; `merged` when it was merged with it."""

    task: Task
    ready: tuple[str, ...] = ()
    away: bool = False
    merged: Merged | None = None


class NotApproved(NamedTuple):
    """The task still waits for review, since its work could not be merged."""

    task: Task
    outcome: NotMerged


class Rejected(NamedTuple):
    """The task is to be done again."""

    task: Task
    author: str
    reason: str


def approve_task(place: Workplace, agent_id: int, task_id: str, *, note: str | None, line: str) -> Approved:
    """Approve a task. Refuses its author, naming the `line` that a person types, and a task that does not wait."""
    kept = accepted_text.paragraph("note", note) if note is not None else None
    _refuse_author(place, agent_id, task_id, line)
    merged = merged_before(place, agent_id, task_id)
    with place.store.writing() as books:
        task = decision.waiting(existing(books, task_id))
        ready = decision.approve(books, task, agent_id, note=kept)
        if merged is not None:
            ready += unblock(books, merged)
        return _approved(books, task_id, tuple(ready))


def approve_and_merge(
    place: Workplace, git: MergeTool, agent_id: int, task_id: str, *, note: str | None, line: str
) -> Approved | NotApproved:
    """Merge a task's work and approve it, both or neither: what is in the way of the merge leaves it waiting."""
    kept = accepted_text.paragraph("note", note) if note is not None else None
    _refuse_author(place, agent_id, task_id, line)
    outcome = merge_branch(place, git, agent_id, task_id, Options(approves=True))
    keep_check(place, task_id, outcome.checked, outcome.commit if isinstance(outcome, Merged) else "")
    with place.store.writing() as books:
        task = existing(books, task_id)
        if isinstance(outcome, NotMerged):
            return NotApproved(task, outcome)
        if kept is not None:
            books.tasks.note(task.seq, agent_id, kept)
        if task.status == "review":  # its worktree was not made for it, so the merge could not know
            decision.approve(books, task, agent_id)
        return _approved(books, task_id, outcome.ready)._replace(merged=outcome)


def reject_task(place: Workplace, agent_id: int, task_id: str, why: str) -> Rejected:
    """Reject a task for a reason that its author reads at its next step. This is also how an author takes it back."""
    reason = accepted_text.paragraph("reason", why)
    with place.store.writing() as books:
        task = decision.waiting(existing(books, task_id))
        decision.reject(books, task, agent_id, reason)
        review = books.reviews.of(task.seq)
        return Rejected(existing(books, task_id), review.author_name if review is not None else "", reason)


def _refuse_author(place: Workplace, agent_id: int, task_id: str, line: str) -> None:
    with place.store.reading() as books:
        task = decision.waiting(existing(books, task_id))
        agent = books.agents.get(agent_id)
        is_own = decision.is_own(books, agent, task)
    if is_own:
        refuse_agent(place, agent, line)


def _approved(books: Books, task_id: str, ready: tuple[str, ...]) -> Approved:
    task = existing(books, task_id)
    worktree = books.worktrees.of_task(task.id)
    return Approved(task, ready, away=worktree is not None and worktree.merged is None)
