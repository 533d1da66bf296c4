"""Puts a task into review: its claim ends, and its scope stays closed, for its author too, until it is decided on.

What keeps it closed is a lease like any other, so that the guard, claims and locks see it. Its holder is no agent: it
has no process that ends and is never silent.
"""

from __future__ import annotations

from mcp_server.core.leases.expire import end_gone, offer_expired, take_over
from mcp_server.core.leases.obstacles import scope_availability
from mcp_server.core.leases.waits import tell_waiting, wait_on
from mcp_server.domain.agent import REVIEW, Agent
from mcp_server.domain.decision import REVIEW as HOLDER
from mcp_server.domain.errors import Misuse, NotHolder
from mcp_server.domain.lease import Lease
from mcp_server.domain.task import Task
from mcp_server.ports import Books

FOREVER = 100 * 365 * 24 * 3600.0
_KEY = "review:"


def close(
    books: Books, task: Task, author: Agent | None, lease: Lease | None, *, by: int | None, detail: str | None
) -> None:
    """Put a task into review that `author` has finished, None for somebody unknown, and end the lease on it.

    Without a lease its scope has to be free: refuses (NotHolder) one that overlaps what somebody else holds, and
    (Misuse) a task that has none yet.
    """
    if task.unscoped:
        raise Misuse(f"{task.id} has no scope yet, so there is nothing to review. Nothing was changed")
    holder = _holder(books)
    if lease is None:
        _make_free(books, task, author or holder)
    end_lease(books, task, lease, tells=False)
    token = books.events.add("review", task.id, agent=by, detail=detail)
    author = author or holder
    books.tasks.put(task.seq, status="review", token=token)
    books.leases.grant(token, holder.id, task=task, scope=task.scope, anchors=task.anchors, seconds=FOREVER)
    if lease is not None:
        wait_on(books, lease, token)
    began_at = lease.granted_at if lease is not None else books.now
    books.reviews.ask(task.seq, author.id, worktree=author.worktree, began_at=began_at)


def end_lease(books: Books, task: Task, lease: Lease | None, *, tells: bool = True) -> None:
    """Close the claim on a task, or its review, and the locks that came with the claim; `tells` whoever waits."""
    if lease is None:
        return
    for held in books.leases.held_by(lease.holder):
        if held.task == task.id:
            books.leases.close(held.token)
            if tells or held.resource is not None:
                tell_waiting(books, held)


def _make_free(books: Books, task: Task, author: Agent) -> None:
    offer_expired(books)
    way = scope_availability(books, (), task.scope, task.anchors)
    if way.obstacle is not None and end_gone(books):
        way = scope_availability(books, (), task.scope, task.anchors)
    if way.obstacle is not None:
        held, example = way.obstacle
        raise NotHolder(
            f"{task.id} can't wait for review: nobody holds it, and its scope overlaps {held.subject} of "
            f"{held.holder_name} (both cover {example}). Nothing was changed"
        )
    for expired in way.expired:
        take_over(books, expired, author)


def _holder(books: Books) -> Agent:
    found = books.agents.find(_KEY)
    return found or books.agents.add(_KEY, HOLDER, REVIEW, parent=None, process=None, worktree="")
