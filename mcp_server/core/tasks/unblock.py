"""A branch has come home to its base: what waited for it may begin, and whoever begins is told where from."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.agent import Agent
from mcp_server.domain.worktree import Worktree
from mcp_server.ports import Books

SHORT = 10


class Home(NamedTuple):
    """The worktree `name` has come home to `base` with `commit`; `by` is who brought it, None: it was seen there."""

    name: str
    base: str
    commit: str
    by: int | None


def is_over(books: Books, worktree: Worktree) -> bool:
    """Whether no more is to come from it: its task is done. Before that nothing that is merged sets others free."""
    task = books.tasks.get(worktree.task) if worktree.task is not None else None
    return task is None or task.status in ("done", "dropped")


def goes_on(books: Books, task_id: str) -> None:
    """The task is worked on again: what landed before was not all of it."""
    worktree = books.worktrees.of_task(task_id)
    if worktree is not None and worktree.landed is not None:
        books.worktrees.record_merge(worktree.name, None)


def come_home(books: Books, home: Home) -> list[str]:
    """Put down that a worktree has landed. The tasks that this made ready; who waited for its task is told."""
    worktree = books.worktrees.get(home.name)
    if worktree is None:
        return []
    books.worktrees.record_merge(home.name, home.commit)
    subject = worktree.task or home.name
    books.events.add("landed", subject, agent=home.by, detail=f"{home.commit[:SHORT]} on {home.base}")
    if worktree.task is None:
        return []
    ready = books.tasks.settle(worktree.task)
    words = f"{worktree.task} has landed on {home.base} as {home.commit[:SHORT]}: start from it"
    how = f"In a worktree that is older: git merge {home.base}, before anything else."
    waiting = books.tasks.waiting_for(worktree.task)
    for task in waiting:
        holder = books.leases.get(task.token) if task.token is not None else None
        if holder is not None and holder.is_live(books.now):
            books.inbox.post(None, holder.holder, words, how)
        elif home.by is not None:
            books.tasks.note(task.seq, home.by, f"{words}. {how}")
        else:
            books.shared.send(None, task.id, [], words, how, task=task.seq)
    told = {task.id for task in waiting} | {worktree.task}
    for agent in _wanting(books, told | set(ready)):
        books.inbox.post(None, agent.id, words, f"{', '.join(ready) or 'Nothing else'} can be claimed now. {how}")
    return ready


def _wanting(books: Books, subjects: set[str]) -> list[Agent]:
    """The agents that were refused one of these and still wait for it."""
    return [agent for agent in books.agents.present() if agent.want is not None and agent.want.subject in subjects]
