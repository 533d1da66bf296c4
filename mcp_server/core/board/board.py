"""The board: agents, open tasks, claims and locks, and who is waiting for whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mcp_server.core.board.roles import role_of
from mcp_server.core.leases.expire import end, end_gone
from mcp_server.core.leases.obstacles import existing, lease_of
from mcp_server.core.leases.waits import is_over
from mcp_server.core.tasks.merged import record_merged
from mcp_server.core.workplace import Workplace
from mcp_server.domain.agent import Agent, Want
from mcp_server.domain.assignment.roles import RoleSettings
from mcp_server.domain.conflict import Known
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.lease import Lease
from mcp_server.domain.messages import Event
from mcp_server.domain.task import Review, Task
from mcp_server.ports import Books

MOST_TASKS = 200
MOST_AGENTS = 50
MOST_LEASES = 200
"""Claims, and locks."""


class Waiting(NamedTuple):
    """An agent that waits for a holder, or a task that waits for another. `doing`: what a silent holder is at."""

    who: str
    waits_for: str
    holder: str | None
    since: float | None
    doing: str | None = None


class Board(NamedTuple):
    """The state of the work at one moment. `more` tasks are open beyond those listed; `troubles`: of the task list."""

    now: float
    agents: tuple[Agent, ...]
    tasks: tuple[Task, ...]
    done: int
    more: int
    claims: tuple[Lease, ...]
    locks: tuple[Lease, ...]
    waiting: tuple[Waiting, ...]
    conflicts: tuple[Known, ...] = ()
    doing: Mapping[int, str] = {}
    """What each agent is at, by its number: of holders, and of those whose turn has ended."""
    troubles: tuple[str, ...] = ()
    reviews: tuple[Review, ...] = ()
    roles: Mapping[int, str] = {}
    """The role of each agent that has one, by its number."""
    notice: str | None = None
    """How old what is known of other machines is, if that matters."""


def read_board(place: Workplace) -> Board:
    """The state of the work now; agents that have ended are cleared, and what was merged meanwhile is recorded.

    Where the database of several machines can't be reached, the board is shown as it is known here.
    """
    roles = place.settings().roles
    try:
        record_merged(place)
        with place.store.writing() as books:
            end_gone(books)
            return _board(books, roles)
    except StateUnavailable:
        with place.store.reading() as books:
            if books.mirror is None or not books.mirror.is_old(books.now):
                raise
            return _board(books, roles)


def recent_events(place: Workplace, limit: int, *, task: str | None = None, after: int = 0) -> list[Event]:
    """The newest events, in order; of one task (refused if there is none with this id), or after an event's id."""
    with place.store.reading() as books:
        if task is not None:
            existing(books, task)
        return books.events.recent(limit, subject=task, after=after)


def _board(books: Books, own: Sequence[RoleSettings]) -> Board:
    claims, locks = books.leases.claims(MOST_LEASES), books.leases.locks(MOST_LEASES)
    agents = _present(books)
    shown = books.tasks.open(MOST_TASKS)
    is_open, done = books.tasks.counts()
    held = _held(claims, shown)
    return Board(
        books.now,
        tuple(agents),
        tuple(shown),
        done,
        is_open - len(shown),
        tuple(claims),
        tuple(locks),
        tuple(_waiting(books, shown)),
        tuple(known for known in books.conflicts.all() if known.is_open),
        {agent.id: books.presence.of(agent.id).words for agent in agents if _is_worth_a_word(books, agent)},
        tuple(open_troubles(books)),
        tuple(books.reviews.waiting(MOST_TASKS)),
        {agent.id: role for agent in agents if (role := role_of(agent, held.get(agent.id, ()), own)) is not None},
        None if books.mirror is None else books.mirror.notice(books.now),
    )


def _held(claims: Iterable[Lease], tasks: Iterable[Task]) -> dict[int, list[Task]]:
    """The tasks that each agent holds, by its number."""
    by_id = {task.id: task for task in tasks}
    found: dict[int, list[Task]] = {}
    for lease in claims:
        if lease.task in by_id:
            found.setdefault(lease.holder, []).append(by_id[lease.task])
    return found


def _present(books: Books) -> list[Agent]:
    """Whoever works here, the latest first; those that ended without a word are cleared on the way."""
    found: list[Agent] = []
    for agent in books.agents.latest(4 * MOST_AGENTS):
        if len(found) == MOST_AGENTS:
            break
        if agent.is_address:
            continue
        if books.presence.has_ended(agent.id):
            end(books, agent, "process gone")
        else:
            found.append(agent)
    return found


def _is_worth_a_word(books: Books, agent: Agent) -> bool:
    return agent.idle_at is not None or bool(books.leases.held_by(agent.id, 1))


def open_troubles(books: Books) -> list[str]:
    """What is wrong with the task list, as far as the tasks that it is about are open."""
    found = books.task_list.troubles()
    tasks = books.tasks.among({task for trouble in found for task in trouble.tasks})
    over = {task.id for task in tasks if task.status in ("done", "dropped")}
    return [trouble.words for trouble in found if over.isdisjoint(trouble.tasks)]


def _waiting(books: Books, tasks: list[Task]) -> list[Waiting]:
    found = [
        Waiting(agent.name, want.subject, want.holder, want.since, _holder_at(books, want))
        for agent, want in agents_that_wait(books)
    ]
    for task in tasks:
        if task.status == "todo" and task.waiting:
            needed = books.tasks.among(books.tasks.needs(task.seq))
            found += [Waiting(task.id, need.id, _holder(books, need), None) for need in needed]
    return found


def agents_that_wait(books: Books) -> Iterator[tuple[Agent, Want]]:
    """The agents that wait for a holder, and what they wait for."""
    for agent in books.agents.wanting(MOST_AGENTS):
        if agent.want is not None and not is_over(books, agent.want):
            yield agent, agent.want


def _holder(books: Books, task: Task) -> str | None:
    lease = lease_of(books, task)
    return lease.holder_name if lease is not None else None


def _holder_at(books: Books, want: Want) -> str | None:
    """What the holder is at, if it has been silent for a while."""
    lease = books.leases.get(want.token) if want.token is not None else None
    if lease is None or lease.is_review:
        return None
    return books.presence.of(lease.holder).aside.strip(" ()") or None
