"""What a person says of reviews in the list: a tick approves, a blank box puts back, `[?]` asks for one."""

from __future__ import annotations

from mcp_server.core.review import closing, decision
from mcp_server.core.tasks.unblock import reopen
from mcp_server.domain.errors import InterlockError
from mcp_server.domain.task import Task
from mcp_server.ports import Books


def approve(books: Books, task: Task, where: str) -> None:
    """A person ticked a task that waits for review."""
    decision.approve(books, task, None, where=where)


def decide(books: Books, task: Task, needs: str | None, where: str) -> None:
    """A person gave a task that waits for review another mark: it is blocked with what it `needs`, or put back."""
    if needs is None:
        decision.reject(books, task, None, f"it was put back {where}", where=where)
    else:
        decision.withdraw(books, task, "blocked", needs=needs)
        books.events.add("blocked", task.id, detail=where)


def ask(books: Books, task: Task, where: str) -> str | None:
    """A person put a task into review that nobody holds; returns why that can't be, or None."""
    try:
        closing.close(books, task, None, None, by=None, detail=where)
    except InterlockError as error:
        return str(error)
    if task.status == "done":
        reopen(books, task.id)
    return None
