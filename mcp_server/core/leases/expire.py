"""Expires leases: their tasks are offered again, and a lease that is in somebody's way is taken over."""

from __future__ import annotations

from mcp_server.core.leases.checkpoints import keep, keep_all
from mcp_server.core.leases.undelivered import inherit, requeue_unread
from mcp_server.core.leases.waits import tell_waiting
from mcp_server.domain.agent import Agent
from mcp_server.domain.decision import RELEASED_BY
from mcp_server.domain.lease import Lease
from mcp_server.domain.task import Task
from mcp_server.domain.text import stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books


def offer_expired(books: Books) -> None:
    """Offer tasks whose lease has expired since the last check. A holder keeps its lease until somebody needs it.

    Whoever is silent because it works has its leases renewed instead: after this, `Lease.is_live` is right of all.
    """
    for agent in books.agents.due():
        if agent.ended_at is None and books.presence.is_working(agent.id):
            books.agents.works(agent.id)
        else:
            _offer_tasks_of(books, agent)


def end_gone(books: Books) -> list[Agent]:
    """End the agents that hold leases and whose process has provably ended; returns those agents.

    After this, `Lease.is_live` is right of all.
    """
    gone = [books.agents.get(agent_id) for agent_id in books.presence.gone()]
    for agent in gone:
        end(books, agent, "process gone")
    offer_expired(books)
    return gone


def end(books: Books, agent: Agent, why: str) -> None:
    """End an agent and its subagents; what they hold is free for others."""
    for child in books.agents.children(agent.id):
        if child.kind == "session" and not books.presence.has_ended(child.id):
            continue  # a teammate in a session of its own, which goes on
        keep_all(books, child, why)
        books.agents.end(child.id, why)
        requeue_unread(books, child)
    keep_all(books, agent, why)
    books.agents.end(agent.id, why)
    for lease in books.leases.held_by(agent.id):
        tell_waiting(books, lease)
    requeue_unread(books, agent)
    books.events.add("ended", agent.name, agent=agent.id, detail=why)


def take_over(books: Books, lease: Lease, taker: Agent, *, keep_task: str | None = None) -> None:
    """Take an expired lease from its holder, whose writes are refused until it has been notified.

    Its task becomes `todo`, unless it is `keep_task`, the one being claimed. A claim takes its locks along, a lock all
    other locks of its holder on the same resource. Both agents get a message.
    """
    if books.leases.get(lease.token) is None:  # a lock that was just closed with its claim
        return
    task = _end(books, lease, taker.name, "it was inactive")
    if task is not None and task.id == keep_task:
        inherit(books, lease, taker, task)
    elif task is not None and task.token == lease.token:
        books.tasks.put(task.seq, status="todo", token=None)
    books.events.add("taken_over", lease.subject, agent=taker.id, detail=f"from {lease.holder_name}")
    at = stamp(books.now)
    books.shared.send(
        None,
        lease.holder_name,
        [lease.holder],
        f"your claim on {lease.subject} was taken over by {taker.name}",
        f"It had expired and was taken over at {at}. Do not write there; board shows what you hold now.",
    )
    books.shared.send(
        None,
        taker.name,
        [taker.id],
        f"you took {lease.subject} over from {lease.holder_name}",
        f"{lease.holder_name} was last seen at {stamp(lease.seen_at)}. Check what it left in "
        f"{', '.join(lease.scope) or lease.subject} (git status, git diff) before you continue.",
    )


def release(books: Books, lease: Lease, person: Agent) -> None:
    """End a lease by force, as a person does. Its holder gets a message, and its writes are refused until it knows.

    Its task becomes `todo`. A claim takes its locks along.
    """
    words = f"{RELEASED_BY}{person.name}"
    task = _end(books, lease, words, words)
    tell_waiting(books, lease)
    if task is not None and task.token == lease.token:
        books.tasks.put(task.seq, status="todo", token=None)
    books.events.add("released", lease.subject, agent=person.id, detail=f"by force, from {lease.holder_name}")
    books.shared.send(
        person.id,
        lease.holder_name,
        [lease.holder],
        f"your claim on {lease.subject} was {words}",
        f"A person ended it by force at {stamp(books.now)}. Do not write there; board shows what you hold now.",
    )


def _end(books: Books, lease: Lease, by: str, why: str) -> Task | None:
    """End a lease and its locks before its holder did; returns its task."""
    keep(books, lease, why)
    books.leases.take_over(lease.token, by)
    for lock in books.leases.held_by(lease.holder):
        if lock.resource == lease.resource if lease.resource else lock.task == lease.task:
            books.leases.close(lock.token)
    return books.tasks.get(lease.task) if lease.task else None


def _offer_tasks_of(books: Books, agent: Agent) -> None:
    pending: list[float] = []
    for lease in books.leases.held_by(agent.id):
        if lease.is_live(books.now):
            pending.append(lease.expires_at)
            continue
        task = books.tasks.get(lease.task) if lease.task else None
        if task is not None and task.token == lease.token and task.status == "in_progress":
            books.tasks.offer(task.seq, ready=True)
    books.agents.looked_at(agent.id, min(pending, default=None))
