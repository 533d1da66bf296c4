"""After a worktree's branch is merged: unblock the tasks that depend on it and notify their agents of the commit."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.dependants import MergedTask, free
from mcp_server.core.machines import unmerged
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
        unmerged.record(books, worktree)


def unblock(books: Books, merged: MergedWorktree) -> list[str]:
    """Record that a worktree is merged and notify those that waited for its task; returns the tasks now ready.

    Where several machines work, those wait until all of them can have it.
    """
    worktree = books.worktrees.get(merged.name)
    if worktree is None:
        return []
    books.worktrees.record_merge(merged.name, merged.commit)
    subject = worktree.task or merged.name
    books.events.add("merged", subject, agent=merged.by, detail=f"{merged.commit[:SHORT]} on {merged.base}")
    if worktree.task is None or unmerged.record(books, worktree, merged.commit):
        return []
    words = f"{worktree.task} is merged into {merged.base} as {merged.commit[:SHORT]}: start from there"
    return free(
        books, MergedTask(worktree.task, words, f"In an older worktree, run git merge {merged.base} first.", merged.by)
    )
