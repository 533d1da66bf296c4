"""Decides on a task that waits for review, inside one transaction: approved it is done, rejected it is done again."""

from __future__ import annotations

from mcp_server.core.leases.obstacles import lease_of
from mcp_server.core.review.closing import end_lease
from mcp_server.domain.agent import PERSON, Agent
from mcp_server.domain.errors import InterlockError
from mcp_server.domain.task import Review, Status, Task
from mcp_server.domain.text import clip
from mcp_server.ports import Books

LONGEST_DETAIL = 500


class NotWaiting(InterlockError):
    """A task does not wait for review, so there is nothing to decide on; nothing was changed."""

    exit_code = 1


def approve(books: Books, task: Task, by: int | None, *, note: str | None = None, where: str = "") -> list[str]:
    """A waiting task is done; its author is notified. Returns the tasks that became ready.

    `where` it was approved is said if nobody's name is known, as in the task list.
    """
    name = _name(books, by, where)
    ready = _leave(books, task, "done")
    if note is not None and by is not None:
        books.tasks.note(task.seq, by, note)
    books.events.add("approved", task.id, agent=by, detail=(note or where or None) and (note or where)[:LONGEST_DETAIL])
    _notify(books, task, by, f"{task.id} was approved by {name}", note or "It is done; there is nothing left to do.")
    return ready


def reject(books: Books, task: Task, by: int | None, why: str, *, where: str = "") -> None:
    """A waiting task is to be done again, for this reason, which is kept with it; its author is notified."""
    name = _name(books, by, where)
    _leave(books, task, "todo")
    books.reviews.reject(task.seq, why)
    review = _review(books, task)
    books.tasks.note(task.seq, by if by is not None else review.author, f"(rejected by {name}) {why}")
    books.events.add("rejected", task.id, agent=by, detail=why[:LONGEST_DETAIL])
    again = f'claim_task("{task.id}") gives it back to you with its scope; then ask for review again.'
    _notify(books, task, by, f"{task.id} was rejected by {name}: {clip(why, 300)}", f"{why}\n{again}")


def withdraw(books: Books, task: Task, status: Status, *, needs: str | None = None) -> None:
    """A waiting task gets another status without having been decided on."""
    _leave(books, task, status, needs=needs)


def is_own(books: Books, agent: Agent, task: Task) -> bool:
    """Whether this agent, or one that it works under, asked for the review; to a person nothing is its own.

    With the gate of a workflow's phase a person decides whether the run goes on: it is every agent's own.
    """
    if agent.kind == PERSON:
        return False
    if books.runs.is_gate(task.id):
        return True
    author = _review(books, task).author
    while agent.id != author and agent.parent is not None:
        agent = books.agents.get(agent.parent)
    return agent.id == author


def waiting(task: Task) -> Task:
    """The same task; refuses (NotWaiting) one that does not wait for review."""
    if task.status != "review":
        raise NotWaiting(f"{task.id} does not wait for review: it is {task.status}. Nothing was changed")
    return task


def _leave(books: Books, task: Task, status: Status, *, needs: str | None = None) -> list[str]:
    lease = lease_of(books, task)
    end_lease(books, task, lease)
    return books.tasks.put(task.seq, status=status, token=None, needs=needs)


def _review(books: Books, task: Task) -> Review:
    review = books.reviews.of(task.seq)
    assert review is not None  # noqa: S101  for the type checker: a task is put into review with one
    return review


def _name(books: Books, by: int | None, where: str) -> str:
    return books.agents.get(by).name if by is not None else f"a person {where}".strip()


def _notify(books: Books, task: Task, by: int | None, subject: str, body: str) -> None:
    author = books.agents.get(_review(books, task).author)
    if author.id != by:
        books.shared.send(by, author.name, [author.id], subject, body)
