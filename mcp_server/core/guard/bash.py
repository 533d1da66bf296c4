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

    from mcp_server.bash.reading import Sweep
    from mcp_server.core.guard.paths import WorktreeContext
    from mcp_server.domain.decision import AgentRights, LiveLease
    from mcp_server.domain.other_worktree import OtherWorktree
    from mcp_server.ports import GuardBook

NOT_RUN = "This command was not run. "
ANYTHING = "any file below it"
"""Stands for any file in a directory; no scope names it."""
UNLESS_IGNORED = ("outside", "unclaimed", "role")
"""The rules that don't apply to what git ignores, such as build output: no work is lost there. A reader's does."""


class Target:
    """A path that the command would write, relative to its worktree: a `file`, a `tree` with all below, or a `prefix`.

    `is_new`: it does not exist yet. The holder of a scope may create the directories that lead to it. `is_folder`: a
    directory is there. `brought`: git brings committed work there. `instead`: what to do instead, with `{paths}`.
    """

    __slots__ = ("brought", "how", "instead", "is_folder", "is_new", "path")

    def __init__(  # noqa: PLR0913  one value per part
        self,
        path: str,
        how: str,
        *,
        is_new: bool = False,
        is_folder: bool = False,
        brought: bool = False,
        instead: str = "",
    ) -> None:
        self.path = path
        self.how = how
        self.is_new = is_new
        self.is_folder = is_folder
        self.brought = brought
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
    targets = list(targets)
    if any(target.brought for target in targets) and may_bring(book, rights, context):
        targets = [target for target in targets if not target.brought]
    refusals = [
        (decision, target)
        for target in targets
        for decision in _judged(book, rights, target, other_worktree)
        if not decision.allowed
    ]
    ignorable = [decision.path for decision, _ in refusals if decision.path and decision.rule in UNLESS_IGNORED]
    skipped = ignored(ignorable) if ignorable and rights.limit_on_commands() is None else set()
    left = [refusal for refusal in refusals if refusal[0].path not in skipped]
    left.sort(key=lambda refusal: refusal[0].rule in UNLESS_IGNORED)
    return _not_run(*left[0], rights) if left else None


def may_bring(book: GuardBook, rights: AgentRights, context: WorktreeContext | None) -> bool:
    """Whether git may bring committed work to any path of a worktree: the agent's own linked one, if it is alone there.

    A linked worktree is made for that, and nobody's edits are lost in it.
    """
    if context is None or context.root == context.main or find_other_worktree(book, rights, context) is not None:
        return False
    return rights.limit_on_edits() is None and not _others(book, rights, context.root)


def judge_sweep(
    book: GuardBook, rights: AgentRights, sweep: Sweep, context: WorktreeContext | None = None
) -> Decision | None:
    """The refusal of a git command in a worktree where others work, or that is not the agent's own; None to let it run.

    Git is asked which paths it concerns only if somebody else works there.
    """
    if book.policy().mode == "off":
        return None
    others = _others(book, rights, sweep.root)
    if others:
        from mcp_server.core.guard.shared_checkout import judge_beside

        refusal = judge_beside(book, rights, sweep, others)
        if refusal is not None:
            return refusal
    other_worktree = find_other_worktree(book, rights, context)
    if other_worktree is None:
        return None
    command = clip(sweep.command, 120)
    return Decision(command, allowed=False, rule="other_worktree", reason=NOT_RUN + other_worktree.reason(command))


def _others(book: GuardBook, rights: AgentRights, root: str) -> Sequence[LiveLease]:
    """Who else works in a worktree: by a claim, or by edits without one."""
    return book.beside(root, rights.family) or book.editing(root, rights.family)


def judge_part(book: GuardBook, command: str, instead: str) -> Decision | None:
    """The refusal of a git command that would bring some work in part, and leave it undone; None if switched off."""
    if book.policy().mode == "off":
        return None
    shown = clip(" ".join(command.split()), 120)
    reason = (
        f"{NOT_RUN}What git brings here is known only afterwards, and you may write only your scope: the rest would be "
        f"left undone, halfway. {clip(instead, 200)}"
    )
    return Decision(shown, allowed=False, rule="outside", reason=reason)


def judge_unread(why: str, command: str) -> Decision:
    """The refusal of a command of which a part was not read: it may hold anything."""
    reason = (
        f"{NOT_RUN}{clip(why, 250)} What was not read may write what you may not. Put it into a script file in your "
        "scope with Write and run that file, or split it into several shorter commands."
    )
    return Decision(clip(" ".join(command.split()), 120), allowed=False, rule="unread", reason=reason)


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


def judge_budget(book: GuardBook, rights: AgentRights, command: str) -> Decision | None:
    """The refusal of a command that does more than keep what has been done, if a budget of the agent is used up."""
    if rights.overspent is None or book.policy().mode == "off":
        return None
    shown = clip(" ".join(command.split()), 120)
    return Decision(shown, allowed=False, rule="budget", reason=rights.overspent.refusal(f"`{shown}`", "run"))


def judge_plan(book: GuardBook, rights: AgentRights, command: str) -> Decision | None:
    """The refusal of a command that may write, while the agent's plan has not been approved; None if it may."""
    if rights.unapproved is None or book.policy().mode == "off":
        return None
    shown = clip(" ".join(command.split()), 120)
    return Decision(shown, allowed=False, rule="plan", reason=rights.unapproved.refusal(f"`{shown}`", "run"))


def judge_persons_act(line: str) -> Decision:
    """The refusal of a call of Interlock's command line that only a person may make."""
    shown = clip(" ".join(line.split()), 120)
    reason = (
        f"{NOT_RUN}Only a person may do this: `{shown}`. If it is needed, ask the user to type it in a terminal of "
        "their own; do not work around it."
    )
    return Decision(shown, allowed=False, rule="a person's act", reason=reason)


def _judged(
    book: GuardBook, rights: AgentRights, target: Target, other_worktree: OtherWorktree | None
) -> Iterable[Decision]:
    policy = book.policy()
    if other_worktree is None and target.is_new and _leads_to_own(target.path, rights):
        return
    if target.how == "file":
        decision = decide(target.path, policy, rights, book.near(target.path), other_worktree)
        if decision.rule != "outside" or not (target.is_folder and _begins_own(target.path, rights)):
            yield decision
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
            if decision.rule in ("free", "own", "outside", "unclaimed", "role"):
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


def _begins_own(path: str, rights: AgentRights) -> bool:
    """Whether a scope begins with this very folder: what is in it is judged by itself."""
    return any(anchor == path for lease in rights.leases for anchor, _ in anchors_of(parse(lease.patterns)))


def _not_run(refusal: Decision, target: Target, rights: AgentRights) -> Decision:
    instead = ""
    if target.instead:
        from mcp_server.core.guard.own_paths import as_arguments

        instead = clip(target.instead.replace("{paths}", as_arguments(rights)), 200) + ". "
    named = "" if refusal.path else "The worktree itself"
    refusal.reason = clip(NOT_RUN + instead + named + refusal.reason, LONGEST_REASON)
    return refusal
