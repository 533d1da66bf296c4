"""Frees the tasks that depend on one whose work they can have now, and notifies their agents, in one transaction."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.obstacles import lease_of
from mcp_server.domain.agent import Agent
from mcp_server.ports import Books


class MergedTask(NamedTuple):
    """The work of `task` is where others can have it: in words, and how to get it. `by` merged it, None if unknown."""

    task: str
    words: str
    how: str
    by: int | None = None


def free(books: Books, merged: MergedTask) -> list[str]:
    """Count again what depends on the task, and notify those that waited for it; returns the tasks now ready."""
    ready = books.tasks.settle(merged.task)
    waiting = books.tasks.waiting_for(merged.task)
    for task in waiting:
        holder = lease_of(books, task)
        if holder is not None and holder.is_live(books.now):
            books.inbox.post(None, holder.holder, merged.words, merged.how)
        elif merged.by is not None:
            books.tasks.note(task.seq, merged.by, f"{merged.words}. {merged.how}")
        else:
            books.shared.send(None, task.id, [], merged.words, merged.how, task=task.seq)
    subjects = {task.id for task in waiting} | {merged.task} | set(ready)
    for agent in _wanting(books, subjects):
        body = f"{', '.join(ready) or 'Nothing else'} can be claimed now. {merged.how}"
        books.inbox.post(None, agent.id, merged.words, body)
    return ready


def _wanting(books: Books, subjects: set[str]) -> list[Agent]:
    """The agents that were refused one of these and still wait for it."""
    return [agent for agent in books.agents.present() if agent.want is not None and agent.want.subject in subjects]
