"""The board: agents, open tasks, claims and locks, and who is waiting for whom."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.expire import end_gone, offer_expired
from mcp_server.core.tasks.merged import record_merged
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent
from mcp_server.domain.conflict import Known
from mcp_server.domain.lease import Lease
from mcp_server.domain.messages import Event
from mcp_server.domain.task import Task
from mcp_server.ports import Books

MOST_TASKS = 200
MOST_AGENTS = 50


class Waiting(NamedTuple):
    """An agent that waits for a holder, or a task that waits for another."""

    who: str
    waits_for: str
    holder: str | None
    since: float | None


class Board(NamedTuple):
    """The state of the work at one moment. `more` tasks are open beyond those listed."""

    now: float
    agents: tuple[Agent, ...]
    tasks: tuple[Task, ...]
    done: int
    more: int
    claims: tuple[Lease, ...]
    locks: tuple[Lease, ...]
    waiting: tuple[Waiting, ...]
    conflicts: tuple[Known, ...] = ()


def read_board(place: Workplace) -> Board:
    """The state of the work now; agents that have ended are cleared, and what was merged meanwhile is recorded."""
    record_merged(place)
    with place.store.writing() as books:
        end_gone(books, place.processes)
        offer_expired(books)
        return _board(books)


def recent_events(place: Workplace, limit: int) -> list[Event]:
    """The newest events, in order."""
    with place.store.reading() as books:
        return books.events.recent(limit)


def _board(books: Books) -> Board:
    leases = books.leases.all()
    agents = books.agents.present()
    shown = books.tasks.open(MOST_TASKS)
    is_open, done = books.tasks.counts()
    return Board(
        books.now,
        tuple(sorted(agents, key=lambda agent: -agent.seen_at)[:MOST_AGENTS]),
        tuple(shown),
        done,
        is_open - len(shown),
        tuple(lease for lease in leases if lease.resource is None),
        tuple(lease for lease in leases if lease.resource is not None),
        tuple(_waiting(books, agents, shown, leases)),
        tuple(known for known in books.conflicts.all() if known.is_open),
    )


def _waiting(books: Books, agents: list[Agent], tasks: list[Task], leases: list[Lease]) -> list[Waiting]:
    live = {lease.holder_name for lease in leases if lease.is_live(books.now)}
    found = [
        Waiting(agent.name, agent.want.subject, agent.want.holder, agent.want.since)
        for agent in agents
        if agent.want is not None and agent.want.holder in live
    ]
    holders = {lease.task: lease.holder_name for lease in leases if lease.resource is None}
    for task in tasks:
        if task.status == "todo" and task.waiting:
            found += [Waiting(task.id, need, holders.get(need), None) for need in books.tasks.needs(task.seq)]
    return found
