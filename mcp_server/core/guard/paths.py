"""May this agent write these paths now? Asked by the guard, `scope_check` and `check`.

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
    """The worktree that paths lie in, and the main worktree of its repository.

    `here` finds the worktree of the agent's current directory, empty for none; it is called only when needed.
    """

    __slots__ = ("here", "main", "root")

    def __init__(self, root: str, main: str, here: Callable[[], str]) -> None:
        self.root = root
        self.main = main
        self.here = here


def judge(
    book: GuardBook, rights: AgentRights, paths: Iterable[str], context: WorktreeContext | None = None
) -> list[Decision]:
    """One decision for each path (relative to its worktree's root) that an agent with these rights would write."""
    policy = book.policy()
    other_worktree = find_other_worktree(book, rights, context)
    return [decide(path, policy, rights, book.near(path), other_worktree) for path in paths]


def find_other_worktree(book: GuardBook, rights: AgentRights, context: WorktreeContext | None) -> OtherWorktree | None:
    """Why an agent with these rights may not write in a worktree at all, or None when it may.

    A task that has a worktree is worked on there. Nobody writes in a worktree where another agent is working, and
    nobody with a claim in one that belongs to another task. An agent in a linked worktree stays there until its session
    moves.
    """
    if context is None:
        return None
    claims = rights.claims()
    task_worktrees = book.unmerged_worktrees(claims) if claims else ()
    own = rights.worktree or context.here() or context.main
    if context.root in task_worktrees:
        return None
    is_main = context.root == context.main
    if context.root == own and not task_worktrees:
        return _made_for_another(book, rights, claims, context.root) if claims and not is_main else None
    occupant = None if is_main else book.occupant(context.root, rights.family)
    moved_here = context.here() == context.root and not (is_main and task_worktrees)
    if occupant is None and (moved_here or (own == context.main and not task_worktrees)):
        return None
    from mcp_server.domain.other_worktree import OtherWorktree

    return OtherWorktree(context.root, task_worktrees[0] if task_worktrees else own, occupant)


def _made_for_another(book: GuardBook, rights: AgentRights, claims: Sequence[str], root: str) -> OtherWorktree | None:
    """Why the worktree in which the agent is may not be written for these tasks: it was made for another one.

    A part of that other task may be worked on there, by a subagent of the agent that holds it.
    """
    made_for = book.made_for(root, rights.family)
    if made_for is None or made_for.task in claims:
        return None
    scopes = [lease.patterns for lease in rights.leases if lease.task is not None]
    if not any(scopes) or (made_for.held and _are_inside(scopes, made_for.held)):
        return None
    from mcp_server.domain.other_worktree import Occupant, OtherWorktree

    return OtherWorktree(root, "", Occupant(None, made_for.task), claims[0])


def _are_inside(scopes: Sequence[Sequence[str]], scope: Sequence[str]) -> bool:
    from mcp_server.domain.scopes.overlap import is_inside  # only for a subagent's claim within another's worktree

    return all(is_inside(patterns, scope) for patterns in scopes)


def record(book: GuardBook, rights: AgentRights, decisions: Sequence[Decision]) -> None:
    """Record an attempted write: the agent's leases are renewed, refusals are logged."""
    if rights.family and book.is_due(rights.family):
        book.touch(rights.family)
    for decision in decisions:
        if not decision.allowed and (rights.family or decision.rule != "private"):
            book.refused(rights.family[0] if rights.family else None, decision.path, decision.rule)
