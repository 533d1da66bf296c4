"""Locks a named resource, or paths that several tasks need: one holder at a time, for a limited time."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.leases.expire import end_gone, offer_expired, release, take_over
from mcp_server.core.leases.obstacles import path_scope, resource_availability
from mcp_server.core.leases.waits import tell_waiting, wait_for
from mcp_server.core.workplace import Workplace
from mcp_server.domain import accepted_text
from mcp_server.domain.agent import Agent
from mcp_server.domain.errors import Misuse
from mcp_server.domain.lease import PATH_LOCK, Lease
from mcp_server.domain.scopes.scope import anchors_of
from mcp_server.domain.task import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books

LONGEST_MINUTES = 24 * 60


class Locked(NamedTuple):
    """The caller holds the resource until it unlocks it or is inactive for too long."""

    token: int
    expires_at: float


class Busy(NamedTuple):
    """Somebody else holds the resource."""

    holder: str
    since: float
    purpose: str | None
    expires_at: float
    resource: str
    example: str | None
    doing: str = ""
    """What the holder does, in brackets; empty when it was active just now."""


class Unlocked(NamedTuple):
    """Whether the lock was released, and if not, why."""

    released: bool
    reason: str | None = None


def lock_resource(
    place: Workplace, agent_id: int, resource: str, *, purpose: str | None = None, minutes: float = 30
) -> Locked | Busy:
    """Lock `resource` for the agent, or say who holds it. Locking it again renews it."""
    name = resource_name(resource)
    if not 0 < minutes <= LONGEST_MINUTES:
        raise Misuse(f"minutes must be more than 0 and at most {LONGEST_MINUTES}, not {minutes:g}")
    why = accepted_text.line("purpose", purpose) if purpose and purpose.strip() else None
    with place.store.writing() as books:
        agent = books.agents.get(agent_id)
        books.agents.seen(agent_id)  # it may have waited long, and the lock begins now
        offer_expired(books)
        own = books.leases.on(name)
        if own is not None and own.holder == agent_id:
            return Locked(own.token, books.now + own.seconds)
        way = resource_availability(books, agent.family, name)
        if way.obstacle is not None and end_gone(books):
            way = resource_availability(books, agent.family, name)
        if way.obstacle is not None:
            doing = wait_for(books, agent, name, way.obstacle.lease)
            return _busy(way.obstacle.lease, way.obstacle.example, doing)
        for lease in way.expired:
            take_over(books, lease, agent)
        if agent.want is not None:
            books.agents.wants(agent_id, None)
        token = grant_lock(books, agent, name, purpose=why, seconds=minutes * 60)
        if name.startswith(PATH_LOCK):
            books.tracks.forgive(agent_id)
        return Locked(token, books.now + minutes * 60)


def unlock_resource(place: Workplace, agent_id: int, resource: str, *, force: bool = False) -> Unlocked:
    """Release the agent's lock or, with `force`, anybody's, who is notified. Releasing a lost lock changes nothing."""
    name = resource_name(resource)
    with place.store.writing() as books:
        lease = books.leases.on(name)
        if lease is None:
            return Unlocked(released=False, reason=f"nobody holds {name}")
        agent = books.agents.get(agent_id)
        if lease.holder == agent_id:
            for held in books.leases.held_by(agent_id):
                if held.resource == name:
                    books.leases.close(held.token)
                    tell_waiting(books, held)
        elif force:
            release(books, lease, agent)
        else:
            return Unlocked(released=False, reason=f"{lease.holder_name} holds {name}, not you")
        books.events.add("unlocked", name, agent=agent_id)
        return Unlocked(released=True)


def grant_lock(
    books: Books, agent: Agent, resource: str, *, purpose: str | None, seconds: float, task: Task | None = None
) -> int:
    """Grant a lock that was found free in this transaction; returns its token."""
    scope = path_scope(resource) if resource.startswith(PATH_LOCK) else None
    token = books.events.add("locked", resource, agent=agent.id, detail=purpose)
    books.leases.grant(
        token,
        agent.id,
        task=task,
        resource=resource,
        scope=scope.patterns if scope else (),
        anchors=anchors_of(scope) if scope else (),
        seconds=seconds,
        purpose=purpose,
    )
    return token


def resource_name(resource: str) -> str:
    """The normalised name of a resource; refuses an invalid name, and a path lock with an invalid pattern."""
    name = accepted_text.line("resource", resource, 1_000)
    if not name.startswith(PATH_LOCK):
        return accepted_text.line("resource", name, accepted_text.TITLE)
    return PATH_LOCK + path_scope(name).patterns[0]


def _busy(lease: Lease, example: str | None, doing: str) -> Busy:
    purpose = lease.purpose or (f"task {lease.task}" if lease.task else None)
    return Busy(lease.holder_name, lease.granted_at, purpose, lease.expires_at, lease.subject, example, doing)
