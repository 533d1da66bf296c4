"""May this agent write this path? The one decision behind the guard, `scope_check` and `check`.

On the hot path of a hook: nothing is imported that a bare interpreter has not loaded already.
"""

from __future__ import annotations

from mcp_server.domain.scopes.scope import Scope, parse
from mcp_server.domain.text import clip, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_server.domain.other_worktree import OtherWorktree

LONGEST_REASON = 600
"""Characters in a refusal, at most: it is read by a model that has other things to do."""


class Policy:
    """What a repository's settings say to the hooks; each field is the setting of the same name."""

    __slots__ = ("bash", "hold_builds", "mode", "open", "retry_seconds", "unclaimed", "writable")

    def __init__(  # noqa: PLR0913  one value per setting
        self,
        mode: str,
        unclaimed: str,
        open: Scope,  # noqa: A002  the setting's own name
        *,
        bash: str = "confine",
        writable: Sequence[str] = (),
        retry_seconds: float = 30.0,
        hold_builds: str = "auto",
    ) -> None:
        self.mode = mode
        self.unclaimed = unclaimed
        self.open = open
        self.bash = bash
        self.writable = writable
        self.retry_seconds = retry_seconds
        self.hold_builds = hold_builds


class LiveLease:
    """A live lease as the guard needs it: whose, for what, since when, and the patterns it covers."""

    __slots__ = ("holder", "holder_id", "patterns", "resource", "since", "task", "title")

    def __init__(  # noqa: PLR0913  one value per column; a holding is only ever built from a row
        self,
        holder_id: int,
        holder: str,
        task: str | None,
        title: str,
        resource: str | None,
        since: float,
        patterns: tuple[str, ...],
    ) -> None:
        self.holder_id = holder_id
        self.holder = holder
        self.task = task
        self.title = title
        self.resource = resource
        self.since = since
        self.patterns = patterns

    def covers(self, path: str) -> bool:
        """Whether `path` lies in this lease's scope."""
        return parse(self.patterns).covers(path)


class Loss:
    """A claim that was taken over and whose former holder has not been told yet."""

    __slots__ = ("at", "by", "what")

    def __init__(self, what: str, by: str, at: float) -> None:
        self.what = what
        self.by = by
        self.at = at


class AgentRights:
    """Who is asking: its family (itself and the agents it works under), what it may use, what it lost.

    `home` is the worktree that it works in; empty when that is not known.
    """

    __slots__ = ("family", "holdings", "home", "loss")

    def __init__(
        self, family: tuple[int, ...], holdings: Sequence[LiveLease], loss: Loss | None, home: str = ""
    ) -> None:
        self.family = family
        self.holdings = holdings
        self.loss = loss
        self.home = home

    def claims(self) -> list[str]:
        """The tasks that it may work on."""
        return [holding.task for holding in self.holdings if holding.task is not None]


class Decision:
    """The answer for one path: whether it is allowed, by which rule of the guard, and why."""

    __slots__ = ("allowed", "holder", "path", "reason", "rule", "task")

    def __init__(  # noqa: PLR0913  one value per part of the answer
        self, path: str, *, allowed: bool, rule: str, reason: str, holder: str | None = None, task: str | None = None
    ) -> None:
        self.path = path
        self.allowed = allowed
        self.rule = rule
        self.reason = clip(reason, LONGEST_REASON)
        self.holder = holder
        self.task = task


def decide(  # noqa: PLR0911  a rule, a way out
    path: str,
    policy: Policy,
    rights: AgentRights,
    near: Sequence[LiveLease],
    other_worktree: OtherWorktree | None = None,
) -> Decision:
    """The first rule that fits `path` (relative to its worktree's root), in the guard's order.

    `near` are the live leases whose scope may cover the path; the decision looks for itself whether they do.
    `stray` says that its worktree is not one in which the agent writes.
    """
    if policy.mode == "off":
        return Decision(path, allowed=True, rule="off", reason="Interlock is switched off in this repository.")
    if is_private(path):
        return Decision(path, allowed=False, rule="private", reason=_private(path))
    if policy.open.covers(path):
        return Decision(path, allowed=True, rule="open", reason="The settings leave this path open to everybody.")
    if rights.loss is not None:
        return Decision(path, allowed=False, rule="taken_over", reason=_lost(path, rights.loss))
    foreign = foreign_holding(path, rights.family, near)
    if foreign is not None:
        return refused_as_held(path, foreign)
    if other_worktree is not None:
        return _astray(path, other_worktree)
    own = own_holding(path, rights.holdings)
    if own is not None:
        return Decision(path, allowed=True, rule="own", reason=f"It lies in {named(own)}.", task=own.task)
    claims = [holding for holding in rights.holdings if holding.task is not None]
    if claims:
        return Decision(path, allowed=False, rule="outside", reason=_outside(path, claims), task=claims[0].task)
    if policy.unclaimed == "deny":
        return Decision(path, allowed=False, rule="unclaimed", reason=_unclaimed(path))
    return Decision(path, allowed=True, rule="free", reason="Nobody holds this path.")


def foreign_holding(path: str, family: tuple[int, ...], near: Sequence[LiveLease]) -> LiveLease | None:
    """The live lease of somebody outside `family` that covers `path`, or None."""
    for holding in near:
        if holding.holder_id not in family and holding.covers(path):
            return holding
    return None


def own_holding(path: str, holdings: Sequence[LiveLease]) -> LiveLease | None:
    """The asker's own claim or path lock that covers `path`, or None."""
    for holding in holdings:
        if holding.covers(path):
            return holding
    return None


def refused_as_held(path: str, holding: LiveLease) -> Decision:
    """The refusal of a path that lies in somebody else's live lease."""
    reason = (
        f"{clip(path, 200)} is held by {clip(holding.holder, 60)}: {named(holding)}, since {stamp(holding.since)}. "
        "Leave it alone: work on a path in your own scope, claim another task with claim_task, "
        f'or ask with send_message(to="{clip(holding.holder, 60)}").'
    )
    return Decision(path, allowed=False, rule="held", reason=reason, holder=holding.holder, task=holding.task)


def _astray(path: str, other_worktree: OtherWorktree) -> Decision:
    whose = other_worktree.occupant
    return Decision(
        path,
        allowed=False,
        rule="other_worktree",
        reason=other_worktree.reason(path),
        holder=whose.name if whose else None,
        task=whose.task if whose else None,
    )


def is_private(path: str) -> bool:
    """Whether `path` is git's own or Interlock's own: nobody writes there but they themselves."""
    parts = path.split("/")
    return ".git" in parts or parts[:2] == [".claude", "interlock"]


def named(holding: LiveLease) -> str:
    """What a lease is for, in words: `task T3 "Billing API"` or `lock path:package.json`."""
    if holding.task is None:
        return "lock " + clip(holding.resource or "", 80)
    return f'task {clip(holding.task, 60)} "{clip(holding.title, 60)}"'


def _outside(path: str, claims: Sequence[LiveLease]) -> str:
    parts = [_scope_of(holding) for holding in claims]
    return (
        f"{clip(path, 200)} lies outside your scope: {clip('; '.join(parts), 170)}. "
        f'If the task needs it: update_task(task_id="{clip(claims[0].task or "", 60)}", widen=[…]), '
        'or lock_resource("path:…") for one edit in a shared file; otherwise leave it.'
    )


def _scope_of(holding: LiveLease) -> str:
    return f"{clip(holding.task or '', 40)} covers {clip(', '.join(holding.patterns), 140) or 'nothing (reading only)'}"


def _lost(path: str, loss: Loss) -> str:
    return (
        f"{clip(path, 200)} was not written: your claim on {clip(loss.what, 80)} was taken over by "
        f"{clip(loss.by, 60)} at {stamp(loss.at)}. Call board or claim_task to see where you stand; "
        "after that you are an agent without this claim."
    )


def _unclaimed(path: str) -> str:
    return (
        f"{clip(path, 200)}: this repository lets only agents with a claim write, and you have none. "
        "Call claim_task first (plan_tasks if no task fits)."
    )


def _private(path: str) -> str:
    return (
        f"{clip(path, 200)} belongs to git or to Interlock itself and is never edited by hand. "
        "Use git commands, or Interlock's tools and `interlock` on the command line."
    )
