"""Which finished tasks have been merged by other means: by a pull, a squash, a rebase, or by hand?

Whoever needs to know asks first, outside a transaction, since git takes its time.
"""

from __future__ import annotations

from mcp_server.core.leases.obstacles import existing
from mcp_server.core.machines.arrivals import arrive
from mcp_server.core.tasks.unblock import MergedWorktree, is_over, unblock
from mcp_server.core.workplace import Workplace
from mcp_server.domain.worktree import Worktree


def record_merged(place: Workplace, unmerged: list[Worktree] | None = None) -> list[str]:
    """Record the finished tasks whose work is in its base by now; returns the tasks that became ready.

    `unmerged` are the worktrees of finished tasks, where the caller has looked them up already.
    """
    if unmerged is None:
        with place.store.reading() as books:
            unmerged = books.worktrees.unmerged()
    found = [(worktree, commit) for worktree in unmerged if (commit := place.checkout.arrived(worktree)) is not None]
    ready: list[str] = []
    if found:
        with place.store.writing() as books:
            for worktree, commit in found:
                now = books.worktrees.get(worktree.name)
                if now is not None and now.merged is None and is_over(books, now):
                    ready += unblock(books, MergedWorktree(now.name, now.base, commit, None))
    return [*ready, *arrive(place)]


def merged_before(place: Workplace, agent_id: int, task_id: str) -> MergedWorktree | None:
    """The task's worktree, if all that was committed there was merged before the task was done; else None."""
    with place.store.reading() as books:
        worktree = books.worktrees.of_task(existing(books, task_id).id)
    if worktree is None or worktree.merged is not None:
        return None
    commit = place.checkout.arrived(worktree)
    return None if commit is None else MergedWorktree(worktree.name, worktree.base, commit, agent_id)
