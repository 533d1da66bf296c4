"""What the guard would decide for paths as an agent spells them, asked beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mcp_server.core.guard.paths import WorktreeContext, judge
from mcp_server.core.workplace import Workplace
from mcp_server.domain.decision import Decision
from mcp_server.domain.errors import Misuse

MOST_PATHS = 1_000


class PathInRepo(NamedTuple):
    """Where a path lies: in which worktree, and where in it."""

    path: str
    ground: WorktreeContext | None = None


Locate = Callable[[str, str], PathInRepo | None]
"""Where a path, spelled relative to a directory, lies; None when it is none of Interlock's business."""


def scope_check(
    place: Workplace, agent_id: int, paths: Sequence[str], *, directory: str, locate: Locate
) -> list[Decision]:
    """One decision for each path, in the order asked; refuses none and too many."""
    if not paths:
        raise Misuse("no path was given")
    if len(paths) > MOST_PATHS:
        raise Misuse(f"{len(paths):,} paths were given; at most {MOST_PATHS:,} are checked at once")
    located = [(path, _located(path, directory, locate)) for path in paths]
    with place.store.reading() as books:
        guard = books.guard
        agent = books.agents.get(agent_id)
        rights = guard.rights_of(agent.id, agent.parent)
        return [
            _outside(path) if found is None else judge(guard, rights, [found.path], found.ground)[0]
            for path, found in located
        ]


def _located(path: str, directory: str, locate: Locate) -> PathInRepo | None:
    try:
        path.encode()  # what cannot be encoded cannot be kept, so nobody can hold it
        return locate(path, directory)
    except ValueError:
        raise Misuse(f"{path[:80]!r} is no path: it holds a NUL or a lone surrogate") from None


def _outside(path: str) -> Decision:
    reason = "It lies in no worktree that uses Interlock."
    return Decision(path, allowed=True, rule="elsewhere", reason=reason)
