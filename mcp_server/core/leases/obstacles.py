"""What prevents a lease: somebody else's live lease on an overlapping scope or on the same resource."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from mcp_server.domain.errors import Misuse, UnknownTask
from mcp_server.domain.lease import PATH_LOCK, Lease
from mcp_server.domain.scopes.overlap import Undecided, overlap
from mcp_server.domain.scopes.scope import PatternError, Scope, anchors_of, parse
from mcp_server.domain.task import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books


class Obstacle(NamedTuple):
    """A live lease that prevents another, and a path that both cover (None for a named resource)."""

    lease: Lease
    example: str | None


class Availability(NamedTuple):
    """Whether a lease can be granted: the first obstacle, or else the expired leases to take over first."""

    obstacle: Obstacle | None
    expired: tuple[Lease, ...]


@lru_cache(maxsize=4096)
def parsed(patterns: tuple[str, ...]) -> Scope:
    """The scope of these patterns, parsed once."""
    return parse(patterns)


def parsed_input(patterns: Iterable[str]) -> Scope:
    """The scope of patterns that somebody just gave; refuses invalid ones."""
    try:
        return parse(patterns)
    except PatternError as error:
        raise Misuse(str(error)) from None


def existing(books: Books, task_id: str) -> Task:
    """The task with this id; refuses an unknown id."""
    task = books.tasks.get(task_id) if task_id.isprintable() else None
    if task is None:
        raise UnknownTask(task_id)
    return task


def lease_of(books: Books, task: Task) -> Lease | None:
    """The open lease of a task: its holder's claim, or, in review, what keeps its scope closed. None without one."""
    return books.leases.get(task.token) if task.token is not None else None


def scope_availability(
    books: Books, family: Sequence[int], scope: tuple[str, ...], anchors: Sequence[tuple[str, str]]
) -> Availability:
    """Whether this scope can be leased. Leases of `family` are no obstacle: a subagent works in its parent's."""
    expired: dict[int, Lease] = {}
    seen: set[int] = set()
    for anchor in dict.fromkeys(anchor for anchor, _ in anchors):
        for lease in books.leases.near(anchor):
            if lease.token in seen or lease.holder in family:
                continue
            seen.add(lease.token)
            example = _common_path(scope, lease.scope)
            if example is None:
                continue
            if lease.is_live(books.now):
                return Availability(Obstacle(lease, example), ())
            expired[lease.token] = lease
    return Availability(None, tuple(expired.values()))


def _common_path(one: tuple[str, ...], other: tuple[str, ...]) -> str | None:
    """A path that both cover; where that can't be decided, one of the patterns: in doubt a lease is refused."""
    try:
        return overlap(parsed(one), parsed(other))
    except Undecided:
        return one[0]


def resource_availability(books: Books, family: Sequence[int], resource: str) -> Availability:
    """Whether a lock on `resource` can be granted; one on paths is checked against claims and other path locks."""
    if resource.startswith(PATH_LOCK):
        scope = path_scope(resource)
        return scope_availability(books, family, scope.patterns, anchors_of(scope))
    lease = books.leases.on(resource)
    if lease is None or lease.holder == family[0]:
        return Availability(None, ())
    return Availability(Obstacle(lease, None), ()) if lease.is_live(books.now) else Availability(None, (lease,))


def path_scope(resource: str) -> Scope:
    """The scope of a lock on paths; refuses an invalid pattern and one that covers nothing."""
    scope = parsed_input([resource.removeprefix(PATH_LOCK).strip()])
    if not scope:
        raise Misuse(f"{resource} does not name a path")
    return scope
