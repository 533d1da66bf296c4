"""What the guard, `scope_check` and `check` ask: may this agent write these paths now?

On the hot path of a hook.
"""

from __future__ import annotations

from mcp_server.domain.decision import Decision, decide

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mcp_server.domain.decision import AgentRights
    from mcp_server.domain.other_worktree import OtherWorktree
    from mcp_server.ports import GuardBook


class WorktreeContext:
    """The worktree that paths lie in: its root, and the main one's.

    `here` tells in which worktree of the repository the agent stands at this moment, empty when in none; it is asked
    only when that matters.
    """

    __slots__ = ("here", "main", "root")

    def __init__(self, root: str, main: str, here: Callable[[], str]) -> None:
        self.root = root
        self.main = main
        self.here = here


def judge(
    book: GuardBook, rights: AgentRights, paths: Iterable[str], ground: WorktreeContext | None = None
) -> list[Decision]:
    """One decision for each path (relative to its worktree's root) that an agent of this standing would write."""
    policy = book.policy()
    other_worktree = find_other_worktree(book, rights, ground)
    return [decide(path, policy, rights, book.near(path), other_worktree) for path in paths]


def find_other_worktree(book: GuardBook, rights: AgentRights, ground: WorktreeContext | None) -> OtherWorktree | None:
    """Why an agent of this standing writes nothing in a worktree, or None when it may.

    A claim on a task that has a worktree is worked on there. Nobody writes where another agent is at work, or where
    another task is at home. And who works in a linked worktree stays there, until its session moves.
    """
    if ground is None:
        return None
    claims = rights.claims()
    homes = book.unmerged_worktrees(claims) if claims else ()
    home = rights.home or ground.here() or ground.main
    if ground.root in homes or (ground.root == home and not homes):
        return None
    is_main = ground.root == ground.main
    occupant = None if is_main else book.occupant(ground.root, rights.family)
    moved_here = ground.here() == ground.root and not (is_main and homes)
    if occupant is None and (moved_here or (home == ground.main and not homes)):
        return None
    from mcp_server.domain.other_worktree import OtherWorktree

    return OtherWorktree(ground.root, homes[0] if homes else home, occupant)


def record(book: GuardBook, rights: AgentRights, decisions: Sequence[Decision]) -> None:
    """What a write that was attempted leaves behind: the agent's leases are renewed, refusals are in the log."""
    if rights.family:
        book.touch(rights.family)
    for decision in decisions:
        if not decision.allowed and (rights.family or decision.rule != "private"):
            book.refused(rights.family[0] if rights.family else None, decision.path, decision.rule)
