"""Records the work that the other machines can't have yet, so that nobody there begins what depends on it.

Inside one transaction; where no database is shared, nothing is recorded.
"""

from __future__ import annotations

from mcp_server.domain.machines.unmerged import UnmergedWork

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.core.workplace import Workplace
    from mcp_server.domain.worktree import Worktree
    from mcp_server.ports import Books


def record(books: Books, worktree: Worktree, merged: str | None = None) -> bool:
    """Record the work of a task's worktree, which is merged here as the commit `merged`; whether it has to be."""
    if books.mirror is None or worktree.task is None:
        return False
    books.unmerged.put(UnmergedWork(worktree.task, books.mirror.host, worktree.branch, worktree.base, merged))
    return True


def drop(books: Books, worktree: Worktree) -> None:
    """The worktree is gone, and with it what was not merged of its work; what was may still have to be pushed."""
    work = books.unmerged.of(worktree.task) if worktree.task is not None else None
    if work is not None and books.mirror is not None and work.host == books.mirror.host and work.merged is None:
        books.unmerged.end(work.task)


def left_here(place: Workplace, agent_id: int, task_id: str) -> UnmergedWork | None:
    """What an agent that has no worktree for its task has committed in the task's scope, and nobody has pushed.

    Git is asked, so this is outside of a transaction. None where there is nothing of that kind.
    """
    if place.remote is None:
        return None
    with place.store.reading() as books:
        mirror, task, agent = books.mirror, books.tasks.get(task_id), books.agents.get(agent_id)
        if mirror is None or task is None or not task.scope or books.worktrees.of_task(task_id) is not None:
            return None
    found = place.remote.unpushed(agent.worktree, task.scope)
    return None if found is None else UnmergedWork(task_id, mirror.host, *found)


def put(books: Books, task_id: str, left: UnmergedWork | None, *, is_over: bool) -> None:
    """Record what was found by `left_here`. Where that is nothing, the work `is_over` with what another machine began:
    an agent of this one has done it, and everybody can have it."""
    if left is not None:
        books.unmerged.put(left)
    elif is_over and books.mirror is not None and books.worktrees.of_task(task_id) is None:
        books.unmerged.end(task_id)


def point_out(books: Books, agent_id: int, task_id: str) -> None:
    """Tell an agent that has claimed a task where another machine has begun it."""
    work = books.unmerged.of(task_id) if books.mirror is not None else None
    if work is None or work.host == books.agents.host or work.merged is not None:
        return
    subject = f"{task_id} was begun on {work.host}, on the branch {work.branch}"
    body = (
        f"What was pushed of it: git fetch, then begin from origin/{work.branch}. What was not pushed is on "
        f"{work.host} alone: ask there before you do it again."
    )
    books.inbox.post(None, agent_id, subject, body)
