"""What the guard, `scope_check` and `check` ask: may this agent write these paths now?

On the hot path of a hook.
"""

from __future__ import annotations

from mcp_server.domain.decision import Decision, decide

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mcp_server.domain.decision import Standing
    from mcp_server.domain.other_worktree import Stray
    from mcp_server.ports import GuardBook


class Ground:
    """The worktree that paths lie in: its root, and the main one's.

    `here` tells in which worktree of the repository the agent stands at this moment, empty when in none; it is asked
    only when that matters.
    """

    __slots__ = ("here", "main", "root")

    def __init__(self, root: str, main: str, here: Callable[[], str]) -> None:
        self.root = root
        self.main = main
        self.here = here


def judge(book: GuardBook, standing: Standing, paths: Iterable[str], ground: Ground | None = None) -> list[Decision]:
    """One decision for each path (relative to its worktree's root) that an agent of this standing would write."""
    policy = book.policy()
    stray = astray(book, standing, ground)
    return [decide(path, policy, standing, book.near(path), stray) for path in paths]


def astray(book: GuardBook, standing: Standing, ground: Ground | None) -> Stray | None:
    """Why an agent of this standing writes nothing in a worktree, or None when it may.

    A claim on a task that has a worktree is worked on there. Nobody writes where another agent is at work, or where
    another task is at home. And who works in a linked worktree stays there, until its session moves.
    """
    if ground is None:
        return None
    claims = standing.claims()
    homes = book.homes(claims) if claims else ()
    home = standing.home or ground.here() or ground.main
    if ground.root in homes or (ground.root == home and not homes):
        return None
    is_main = ground.root == ground.main
    occupant = None if is_main else book.occupant(ground.root, standing.family)
    moved_here = ground.here() == ground.root and not (is_main and homes)
    if occupant is None and (moved_here or (home == ground.main and not homes)):
        return None
    from mcp_server.domain.other_worktree import Stray

    return Stray(ground.root, homes[0] if homes else home, occupant)


def record(book: GuardBook, standing: Standing, decisions: Sequence[Decision]) -> None:
    """What a write that was attempted leaves behind: the agent's leases are renewed, refusals are in the log."""
    if standing.family:
        book.touch(standing.family)
    for decision in decisions:
        if not decision.allowed and (standing.family or decision.rule != "private"):
            book.refused(standing.family[0] if standing.family else None, decision.path, decision.rule)
