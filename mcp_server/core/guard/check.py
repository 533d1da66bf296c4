"""What would the guard decide for these paths? Asked before writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from mcp_server.core.guard.paths import WorktreeContext, judge
from mcp_server.core.workplace import Workplace
from mcp_server.domain.decision import Decision
from mcp_server.domain.errors import Misuse

MOST_PATHS = 1_000


class PathInRepo(NamedTuple):
    """A path relative to its worktree, and that worktree."""

    path: str
    context: WorktreeContext | None = None


Locate = Callable[[str, str], PathInRepo | None]
"""Locates a path that is relative to a directory; None outside every repository that uses Interlock."""


def scope_check(
    place: Workplace, agent_id: int, paths: Sequence[str], *, directory: str, locate: Locate
) -> list[Decision]:
    """One decision for each path, in order; refuses an empty list and one that is too long."""
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
            _outside(path) if found is None else judge(guard, rights, [found.path], found.context)[0]
            for path, found in located
        ]


def _located(path: str, directory: str, locate: Locate) -> PathInRepo | None:
    try:
        path.encode()  # what can't be encoded can't be stored, so nobody can hold it
        return locate(path, directory)
    except ValueError:
        raise Misuse(f"{path[:80]!r} is not a path: it contains a NUL or a lone surrogate") from None


def _outside(path: str) -> Decision:
    reason = "It is outside every repository that uses Interlock."
    return Decision(path, allowed=True, rule="elsewhere", reason=reason)
