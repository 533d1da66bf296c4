"""What the guard, `scope_check` and `check` ask: may this agent write these paths now?

On the hot path of a hook.
"""

from __future__ import annotations

from mcp_server.domain.decision import Decision, decide

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mcp_server.domain.decision import Standing
    from mcp_server.ports import GuardBook


def judge(book: GuardBook, standing: Standing, paths: Iterable[str]) -> list[Decision]:
    """One decision for each path (relative to its worktree's root) that an agent of this standing would write."""
    policy = book.policy()
    return [decide(path, policy, standing, book.near(path)) for path in paths]


def record(book: GuardBook, standing: Standing, decisions: Sequence[Decision]) -> None:
    """What a write that was attempted leaves behind: the agent's leases are renewed, refusals are in the log."""
    if standing.family:
        book.touch(standing.family)
    for decision in decisions:
        if not decision.allowed and (standing.family or decision.rule != "private"):
            book.refused(standing.family[0] if standing.family else None, decision.path, decision.rule)
