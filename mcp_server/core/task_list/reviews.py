"""What a person says of reviews in the list: a tick approves, a blank box puts back, `[?]` asks for one."""

from __future__ import annotations

from mcp_server.core.review import closing, decision
from mcp_server.core.tasks.unblock import reopen
from mcp_server.domain.errors import InterlockError
from mcp_server.domain.task import Task
from mcp_server.ports import Books


def approve(books: Books, task: Task, name: str, where: str) -> str | None:
    """Somebody ticked a task that waits for review in the list called `name`; returns why that does not count, or None.

    If its author edited the list since it asked for review, the tick may be its own.
    """
    review = books.reviews.of(task.seq)
    since = review.asked_at if review is not None else 0.0
    editors = [editor for editor in books.journal.editors(name) if editor.at >= since]
    if any(decision.is_own(books, books.agents.get(editor.agent), task) for editor in editors):
        return (
            f"{task.id} was ticked off {where}, which its author has edited since it asked for review; that does not "
            f"approve it. A person types: interlock approve {task.id}"
        )
    decision.approve(books, task, None, where=where)
    return None


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
