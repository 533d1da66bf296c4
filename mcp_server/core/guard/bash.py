"""May this Bash command run, given what it would write? The decision on each path is the guard's.

On the hot path of a hook.
"""

from __future__ import annotations

from mcp_server.core.guard.paths import find_other_worktree
from mcp_server.domain.decision import LONGEST_REASON, Decision, decide, refused_as_held
from mcp_server.domain.scopes.scope import anchors_of, parse
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mcp_server.core.guard.paths import WorktreeContext
    from mcp_server.domain.decision import AgentRights
    from mcp_server.domain.other_worktree import OtherWorktree
    from mcp_server.ports import GuardBook

NOT_RUN = "This command was not run. "
ANYTHING = "any file below it"
"""Stands for any file in a directory; no scope names it."""
YOUR_PATHS = "PATHS"
UNLESS_IGNORED = ("outside", "unclaimed")
"""The rules that don't apply to what git ignores, such as build output: no work is lost there."""


class Target:
    """A path that the command would write, relative to its worktree: a `file`, a `tree` with all below, or a `prefix`.

    `is_new`: it does not exist yet. The holder of a scope may create the directories that lead to it.
    """

    __slots__ = ("how", "is_new", "path")

    def __init__(self, path: str, how: str, *, is_new: bool = False) -> None:
        self.path = path
        self.how = how
        self.is_new = is_new


class Sweeping:
    """A git command that affects the whole worktree, and the one for single paths to use instead."""

    __slots__ = ("command", "instead")

    def __init__(self, command: str, instead: str) -> None:
        self.command = command
        self.instead = instead


def judge_targets(
    book: GuardBook,
    rights: AgentRights,
    targets: Iterable[Target],
    ignored: Callable[[list[str]], set[str]],
    context: WorktreeContext | None = None,
) -> Decision | None:
    """The most important refusal, or None: a path that somebody holds comes before one that is only outside the scope.

    `ignored` picks the paths that git ignores.
    """
    other_worktree = find_other_worktree(book, rights, context)
    refusals = [
        decision
        for target in targets
        for decision in _judged(book, rights, target, other_worktree)
        if not decision.allowed
    ]
    ignorable = [decision.path for decision in refusals if decision.path and decision.rule in UNLESS_IGNORED]
    skipped = ignored(ignorable) if ignorable else set()
    left = [refusal for refusal in refusals if refusal.path not in skipped]
    left.sort(key=lambda refusal: refusal.rule in UNLESS_IGNORED)
    return _not_run(left[0]) if left else None


def judge_sweep(
    book: GuardBook, rights: AgentRights, root: str, sweep: Sweeping, context: WorktreeContext | None = None
) -> Decision | None:
    """The refusal of a command that affects the whole worktree `root` while others hold claims in it, or None."""
    others = book.beside(root, rights.family)
    if book.policy().mode == "off":
        return None
    if not others:
        other_worktree = find_other_worktree(book, rights, context)
        if other_worktree is None:
            return None
        reason = NOT_RUN + other_worktree.reason(clip(sweep.command, 120))
        return Decision(clip(sweep.command, 120), allowed=False, rule="other_worktree", reason=reason)
    one = others[0]
    more = f" and {len(others) - 1} more" if len(others) > 1 else ""
    reason = (
        f"{NOT_RUN}{clip(sweep.command, 120)} affects the whole worktree, in which {clip(one.holder, 60)} "
        f"(task {clip(one.task or '', 60)}){more} is working too. Name your own paths: "
        f"{clip(sweep.instead.replace('{paths}', _own_paths(rights)), 250)}"
    )
    return Decision(clip(sweep.command, 120), allowed=False, rule="sweep", reason=reason, holder=one.holder)


def judge_loss(book: GuardBook, rights: AgentRights, command: str) -> Decision | None:
    """The refusal of any command that may write, if the agent does not know yet that it lost its claim, or None."""
    loss = rights.loss
    if loss is None or book.policy().mode == "off":
        return None
    reason = (
        f"{NOT_RUN}{loss.words[:1].upper()}{loss.words[1:]}. "
        "Call board or claim_task to see what you hold now; after that you can write again, without this claim."
    )
    return Decision(clip(" ".join(command.split()), 120), allowed=False, rule="taken_over", reason=reason)


def _judged(
    book: GuardBook, rights: AgentRights, target: Target, other_worktree: OtherWorktree | None
) -> Iterable[Decision]:
    policy = book.policy()
    if other_worktree is None and target.is_new and _leads_to_own(target.path, rights):
        return
    if target.how == "file":
        yield decide(target.path, policy, rights, book.near(target.path), other_worktree)
        return
    if target.how == "tree":
        yield from _below(book, rights, target.path)
    inside = target.path + ("~" if target.how == "prefix" else "/" + ANYTHING if target.path else ANYTHING)
    decision = decide(inside, policy, rights, book.near(inside), other_worktree)
    decision.path = target.path
    yield decision


def _below(book: GuardBook, rights: AgentRights, directory: str) -> Iterable[Decision]:
    """The refusals because of what others hold below a directory."""
    policy = book.policy()
    for lease in book.within(directory):
        if lease.holder_id in rights.family:
            continue
        for place in _places(lease.patterns, directory):
            decision = decide(place, policy, rights, [lease])
            if decision.rule in ("free", "own", "outside", "unclaimed"):
                # The pattern covers files below the directory, though not this name.
                decision = refused_as_held(place, lease)
            yield decision


def _places(patterns: Sequence[str], directory: str) -> list[str]:
    below = directory + "/" if directory else ""
    anchors = [anchor for anchor, _ in anchors_of(parse(patterns))]
    return [anchor or directory for anchor in anchors if anchor == directory or anchor.startswith(below)][:1]


def _leads_to_own(path: str, rights: AgentRights) -> bool:
    return any(
        anchor == path or anchor.startswith(path + "/")
        for lease in rights.leases
        for anchor, _ in anchors_of(parse(lease.patterns))
    )


def _own_paths(rights: AgentRights) -> str:
    """The agent's scope as arguments for git; without a claim, a placeholder."""
    patterns = [pattern for lease in rights.leases for pattern in lease.patterns]
    if not patterns or len(patterns) > 6:
        return YOUR_PATHS
    return " ".join(_pathspec(pattern) for pattern in patterns)


def _pathspec(pattern: str) -> str:
    if pattern.startswith("!"):
        return f"':(exclude,glob,top){pattern[1:]}'"
    plain = pattern.removesuffix("/**")
    if not any(character in plain for character in "*?[{'\\"):
        return f"':/{plain}'" if " " in plain else f":/{plain}"
    return f"':(glob,top){pattern}'"


def _not_run(refusal: Decision) -> Decision:
    refusal.reason = clip(NOT_RUN + refusal.reason, LONGEST_REASON)
    return refusal
