"""What stands in the way of a lease: somebody else's live lease on overlapping ground or on the same resource."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from mcp_server.domain.errors import Misuse, UnknownTask
from mcp_server.domain.lease import PATH_LOCK, Lease
from mcp_server.domain.scopes.overlap import Undecided, overlap
from mcp_server.domain.scopes.scope import PatternError, Scope, anchors_of, parse
from mcp_server.domain.task import Task
from mcp_server.ports import Books


class Obstacle(NamedTuple):
    """A live lease in the way, and a path that both want (None for a named resource)."""

    lease: Lease
    example: str | None


class Way(NamedTuple):
    """The way to a lease: the first obstacle, or none and the lapsed leases that have to be taken over first."""

    obstacle: Obstacle | None
    expired: tuple[Lease, ...]


@lru_cache(maxsize=4096)
def parsed(patterns: tuple[str, ...]) -> Scope:
    """The scope of these patterns, understood once."""
    return parse(patterns)


def understood(patterns: Iterable[str]) -> Scope:
    """The scope of patterns that somebody just gave; refuses what cannot be understood."""
    try:
        return parse(patterns)
    except PatternError as error:
        raise Misuse(str(error)) from None


def existing(books: Books, task_id: str) -> Task:
    """The task with this id; refuses an unknown one, also one that no task could have."""
    task = books.tasks.get(task_id) if task_id.isprintable() else None
    if task is None:
        raise UnknownTask(task_id)
    return task


def way_to_scope(
    books: Books, family: Sequence[int], scope: tuple[str, ...], anchors: Sequence[tuple[str, str]]
) -> Way:
    """What a lease on this scope would meet. Those of `family` are none: a subagent works within its parent's."""
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
                return Way(Obstacle(lease, example), ())
            expired[lease.token] = lease
    return Way(None, tuple(expired.values()))


def _common_path(one: tuple[str, ...], other: tuple[str, ...]) -> str | None:
    """A path that both cover; where that can't be told, one of the patterns: in doubt a lease is refused."""
    try:
        return overlap(parsed(one), parsed(other))
    except Undecided:
        return one[0]


def way_to_resource(books: Books, family: Sequence[int], resource: str) -> Way:
    """What a lock on `resource` would meet; one that names paths meets claims and other path locks."""
    if resource.startswith(PATH_LOCK):
        scope = path_scope(resource)
        return way_to_scope(books, family, scope.patterns, anchors_of(scope))
    lease = books.leases.on(resource)
    if lease is None or lease.holder == family[0]:
        return Way(None, ())
    return Way(Obstacle(lease, None), ()) if lease.is_live(books.now) else Way(None, (lease,))


def path_scope(resource: str) -> Scope:
    """The scope of a lock on paths; refuses a pattern that cannot be understood or names nothing."""
    scope = understood([resource.removeprefix(PATH_LOCK).strip()])
    if not scope:
        raise Misuse(f"{resource} names no path")
    return scope
