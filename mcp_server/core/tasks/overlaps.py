"""Which tasks could not run at the same time although no dependency orders them, and a path that both may write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mcp_server.core.leases.obstacles import parsed
from mcp_server.domain.dependencies import Order
from mcp_server.domain.scopes.overlap import overlap
from mcp_server.domain.scopes.scope import ancestors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books

MOST_OVERLAPS = 100
MOST_COMPARISONS = 200_000
"""The most pairs of neighbouring scopes to compare; with more, many overlaps have been found by then."""

Anchors = tuple[tuple[str, str], ...]


class Overlap(NamedTuple):
    """Two tasks that may run at the same time and cover the same path."""

    tasks: tuple[str, str]
    example: str


def overlaps(books: Books, wanted: Mapping[str, Anchors]) -> tuple[tuple[Overlap, ...], bool]:
    """The overlaps of these open tasks, given with where they lie, among each other and with all others.

    False if there may be more. Undecided (`scopes.overlap`) for two patterns of which it can't be said.
    """
    tasks = books.tasks.around(anchor for anchors in wanted.values() for anchor, _ in anchors)
    order = Order(books.tasks.depends_on)
    scopes_of = {task.task: task.scope for task in tasks}
    found: list[Overlap] = []
    pairs = _neighbours({task.task: task.anchors for task in tasks}, wanted.keys())
    for compared, (one, other) in enumerate(pairs):
        if compared >= MOST_COMPARISONS or len(found) >= MOST_OVERLAPS:
            return tuple(found), False
        example = overlap(parsed(scopes_of[one]), parsed(scopes_of[other]))
        if example is not None and not order.settles(one, other):
            found.append(Overlap((one, other), example))
    return tuple(found), True


def _neighbours(anchors: Mapping[str, Anchors], wanted: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The pairs of tasks, at least one wanted, whose scopes lie at, above or below each other; each pair once."""
    these = set(wanted)
    at: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for task, pairs in anchors.items():
        met: dict[str, None] = {}
        own = list(dict.fromkeys(anchor for anchor, _ in pairs))
        for anchor in own:
            for above in ancestors(anchor):
                met.update(dict.fromkeys(at.get(above, ())))
            met.update(dict.fromkeys(below.get(anchor, ())))
        yield from ((other, task) for other in met if task in these or other in these)
        for anchor in own:
            at.setdefault(anchor, []).append(task)
            for above in ancestors(anchor):
                below.setdefault(above, []).append(task)
