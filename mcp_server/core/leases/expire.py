"""Which leases have run out: their tasks are offered again, and whose ground is needed is taken over."""

from __future__ import annotations

from mcp_server.core.leases.checkpoints import keep, keep_all
from mcp_server.core.leases.undelivered import hand_back, inherit
from mcp_server.domain.agent import Agent
from mcp_server.domain.lease import Lease
from mcp_server.domain.text import stamp
from mcp_server.ports import Books, Processes


def offer_expired(books: Books) -> None:
    """Offer the tasks whose lease has lapsed since the last look. Nothing is taken away by that alone."""
    for agent in books.agents.due():
        _look_at(books, agent)


def end_gone(books: Books, processes: Processes) -> list[Agent]:
    """End the agents that hold something and whose process has provably ended; the agents that were ended."""
    gone = [agent for agent in books.agents.with_leases() if agent.process and processes.is_gone(agent.process)]
    for agent in gone:
        end(books, agent, "process gone")
    if gone:
        offer_expired(books)
    return gone


def end(books: Books, agent: Agent, why: str) -> None:
    """An agent has ended, and the subagents in it with it: what they hold is free for the next comer."""
    for child in books.agents.children(agent.id):
        keep_all(books, child, why)
        books.agents.end(child.id, why)
        hand_back(books, child)
    keep_all(books, agent, why)
    books.agents.end(agent.id, why)
    hand_back(books, agent)
    books.events.add("ended", agent.name, agent=agent.id, detail=why)


def take_over(books: Books, lease: Lease, taker: Agent, *, keep_task: str | None = None) -> None:
    """Take a lapsed lease from its holder, whose next write is refused until it has been told.

    Its task is to do again, unless it is `keep_task`, the one that is being claimed. With a claim go the locks that
    came with it, with a lock all that its holder has on the same resource. Both sides get a message.
    """
    if books.leases.get(lease.token) is None:  # a lock that just went with its claim
        return
    keep(books, lease, "it fell silent")
    books.leases.take_over(lease.token, taker.name)
    for lock in books.leases.held_by(lease.holder):
        if lock.resource == lease.resource if lease.resource else lock.task == lease.task:
            books.leases.close(lock.token)
    task = books.tasks.get(lease.task) if lease.task else None
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
        f"It had lapsed and was taken over at {at}. Do not write there; claim_task tells where you stand.",
    )
    books.shared.send(
        None,
        taker.name,
        [taker.id],
        f"you took {lease.subject} over from {lease.holder_name}",
        f"{lease.holder_name} was last seen at {stamp(lease.seen_at)}. Look at what it left in "
        f"{', '.join(lease.scope) or lease.subject} (git status, git diff) before you go on.",
    )


def _look_at(books: Books, agent: Agent) -> None:
    pending: list[float] = []
    for lease in books.leases.held_by(agent.id):
        if lease.is_live(books.now):
            pending.append(lease.expires_at)
            continue
        task = books.tasks.get(lease.task) if lease.task else None
        if task is not None and task.token == lease.token and task.status == "in_progress":
            books.tasks.offer(task.seq, ready=True)
    books.agents.looked_at(agent.id, min(pending, default=None))
