"""What the guard would decide for paths as an agent spells them, asked beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mcp_server.core.guarding import judge
from mcp_server.core.workplace import Workplace
from mcp_server.domain.decision import Decision
from mcp_server.domain.refusal import Misuse

MOST_PATHS = 1_000

Locate = Callable[[str, str], str | None]
"""Where a path, spelled relative to a directory, lies in its worktree; None when it is none of Interlock's business."""


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
        standing = guard.standing_of(agent.id, agent.parent)
        inside = iter(judge(guard, standing, [place_of for _, place_of in located if place_of is not None]))
    return [_outside(path) if place_of is None else next(inside) for path, place_of in located]


def _located(path: str, directory: str, locate: Locate) -> str | None:
    try:
        path.encode()  # what cannot be encoded cannot be kept, so nobody can hold it
        return locate(path, directory)
    except ValueError:
        raise Misuse(f"{path[:80]!r} is no path: it holds a NUL or a lone surrogate") from None


def _outside(path: str) -> Decision:
    reason = "It lies in no worktree that uses Interlock."
    return Decision(path, allowed=True, rule="elsewhere", reason=reason)
