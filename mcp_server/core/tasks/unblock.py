"""After a worktree's branch is merged: unblock the tasks that depend on it and notify their agents of the commit."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.obstacles import lease_of
from mcp_server.domain.agent import Agent
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Books

SHORT = 10


class MergedWorktree(NamedTuple):
    """The worktree `name` is merged into `base` as `commit`; `by` is the agent that merged it, None if unknown."""

    name: str
    base: str
    commit: str
    by: int | None


def is_over(books: Books, worktree: Worktree) -> bool:
    """Whether its task is done, so that no more work is expected. Merging it earlier unblocks nothing."""
    task = books.tasks.get(worktree.task) if worktree.task is not None else None
    return task is None or task.status in ("done", "dropped")


def reopen(books: Books, task_id: str) -> None:
    """Record that the task is being worked on again, so its worktree is no longer merged completely."""
    worktree = books.worktrees.of_task(task_id)
    if worktree is not None and worktree.merged is not None:
        books.worktrees.record_merge(worktree.name, None)


def unblock(books: Books, merged: MergedWorktree) -> list[str]:
    """Record that a worktree is merged and notify those that waited for its task; returns the tasks now ready."""
    worktree = books.worktrees.get(merged.name)
    if worktree is None:
        return []
    books.worktrees.record_merge(merged.name, merged.commit)
    subject = worktree.task or merged.name
    books.events.add("merged", subject, agent=merged.by, detail=f"{merged.commit[:SHORT]} on {merged.base}")
    if worktree.task is None:
        return []
    ready = books.tasks.settle(worktree.task)
    words = f"{worktree.task} is merged into {merged.base} as {merged.commit[:SHORT]}: start from there"
    how = f"In an older worktree, run git merge {merged.base} first."
    waiting = books.tasks.waiting_for(worktree.task)
    for task in waiting:
        holder = lease_of(books, task)
        if holder is not None and holder.is_live(books.now):
            books.inbox.post(None, holder.holder, words, how)
        elif merged.by is not None:
            books.tasks.note(task.seq, merged.by, f"{words}. {how}")
        else:
            books.shared.send(None, task.id, [], words, how, task=task.seq)
    subjects = {task.id for task in waiting} | {worktree.task} | set(ready)
    for agent in _wanting(books, subjects):
        books.inbox.post(None, agent.id, words, f"{', '.join(ready) or 'Nothing else'} can be claimed now. {how}")
    return ready


def _wanting(books: Books, subjects: set[str]) -> list[Agent]:
    """The agents that were refused one of these and still wait for it."""
    return [agent for agent in books.agents.present() if agent.want is not None and agent.want.subject in subjects]
