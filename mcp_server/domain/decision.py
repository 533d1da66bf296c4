"""May this agent write this path? The one decision behind the guard, `scope_check` and `check`.

On the hot path of a hook: nothing is imported that a bare interpreter has not loaded already.
"""

from __future__ import annotations

from mcp_server.domain.scopes.scope import Scope, parse
from mcp_server.domain.text import clip, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mcp_server.domain.assignment.limits import Limit
    from mcp_server.domain.assignment.roles import RoleSettings
    from mcp_server.domain.assignment.teammate import Unapproved
    from mcp_server.domain.other_worktree import OtherWorktree
    from mcp_server.domain.usage.budget import Limits

LONGEST_REASON = 600
"""Characters in a refusal, at most: a model reads it in the middle of its work."""


PRESENT_SECONDS = 1800.0
"""How long after it was last seen a session without a claim counts as working in its worktree."""


class Policy:
    """The settings that hooks need; each field is the setting of the same name."""

    __slots__ = tuple(
        "approve_own_tools bash budget hold_builds mode open plan_first retry_seconds roles unclaimed writable".split()
    )

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
        approve_own_tools: bool = True,
        budget: tuple[int, int, int, float] = (0, 0, 0, 0.8),
        plan_first: bool = False,
        roles: Sequence[RoleSettings] = (),
    ) -> None:
        self.plan_first = plan_first
        self.roles = roles
        self.budget = budget
        self.mode = mode
        self.unclaimed = unclaimed
        self.open = open
        self.bash = bash
        self.writable = writable
        self.retry_seconds = retry_seconds
        self.hold_builds = hold_builds
        self.approve_own_tools = approve_own_tools

    @property
    def limits(self) -> Limits:
        """What may be spent; the parts of `budget` by their names."""
        from mcp_server.domain.usage.budget import Limits  # only what counts or is overspent pays for it

        return Limits(*self.budget)


class LiveLease:
    """A lease as the guard needs it: holder, task or resource, start, and the patterns it covers.

    `is_kept` tells whether it is live, where that was not looked up yet: it is asked once, if it matters. `elsewhere`
    is None but for a holder on another machine: then it says of when that is known, empty where that is just now.
    """

    __slots__ = ("_is_kept", "elsewhere", "holder", "holder_id", "patterns", "resource", "since", "task", "title")

    def __init__(  # noqa: PLR0913  one value per column; only ever built from a row
        self,
        holder_id: int,
        holder: str,
        task: str | None,
        title: str,
        resource: str | None,
        since: float,
        patterns: tuple[str, ...],
        is_kept: Callable[[], bool] | None = None,
    ) -> None:
        self._is_kept = is_kept
        self.elsewhere: str | None = None
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

    def keeps_out(self, family: Sequence[int]) -> bool:
        """Whether it is somebody's outside `family`, and live."""
        if self.holder_id in family:
            return False
        if self._is_kept is not None and self._is_kept():
            self._is_kept = None
        return self._is_kept is None


REVIEW = "a review"
"""Who holds the scope of a task that waits for review; no name of an agent has a blank in it."""
RELEASED_BY = "released by "
"""How the taker of a lease begins that a person ended by force; no name of an agent has a blank in it."""


class Loss:
    """A claim that was taken over, of which its former holder has not been notified yet."""

    __slots__ = ("at", "by", "what")

    def __init__(self, what: str, by: str, at: float) -> None:
        self.what = what
        self.by = by
        self.at = at

    @property
    def words(self) -> str:
        """What happened to it: `your claim on T1 was taken over by NAME at TIME`."""
        how = "" if self.by.startswith(RELEASED_BY) else "taken over by "
        return f"your claim on {clip(self.what, 80)} was {how}{clip(self.by, 60)} at {stamp(self.at)}"


class Overspent:
    """A budget that is used up, in words, and the line with which a person raises it."""

    __slots__ = ("raised_by", "words")

    def __init__(self, words: str, raised_by: str) -> None:
        self.words = words
        self.raised_by = raised_by

    def refusal(self, what: str, done: str) -> str:
        """Why `what` was refused: it was not `done`."""
        return (
            f"{clip(what, 150)} was not {done}: {self.words} is used up. Leave a note of what is done and what is left "
            "with update_task(note=…), commit your work with git add and git commit, and stop. Reading and Interlock's "
            f"own tools still work. Only a person raises it: {self.raised_by}"
        )


class AgentRights:
    """What an agent may do: its family (itself and the agents it works under), the family's live leases, and its loss.

    `worktree` is where it works; empty when that is not known. `overspent` is one of its budgets, if it is used up,
    `unapproved` the plan that has to be approved before it writes, `limits` the roles that it is kept to. The scope of
    a task whose role edits nothing is no scope to write in.
    """

    __slots__ = ("family", "leases", "limits", "loss", "overspent", "unapproved", "worktree")

    def __init__(
        self, family: tuple[int, ...], leases: Sequence[LiveLease], loss: Loss | None, worktree: str = ""
    ) -> None:
        self.family = family
        self.leases = leases
        self.loss = loss
        self.worktree = worktree
        self.overspent: Overspent | None = None
        self.unapproved: Unapproved | None = None
        self.limits: tuple[Limit, ...] = ()

    def claims(self) -> list[str]:
        """The tasks that it may work on."""
        return [lease.task for lease in self.leases if lease.task is not None]

    def limit_on_edits(self) -> Limit | None:
        """Which role keeps it from changing any file of the repository; None where it may."""
        return next((limit for limit in self.limits if not limit.edits), None) if self.limits else None

    def limit_on_commands(self) -> Limit | None:
        """Which role keeps its commands to reading, or None."""
        return next((limit for limit in self.limits if limit.only_reads), None) if self.limits else None


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


def decide(  # noqa: PLR0911  one return per rule
    path: str,
    policy: Policy,
    rights: AgentRights,
    near: Sequence[LiveLease],
    other_worktree: OtherWorktree | None = None,
) -> Decision:
    """Apply the first rule that matches `path` (relative to its worktree's root), in the guard's order.

    `near` are the live leases whose scope may cover the path; whether they do is tested here. `other_worktree` is set
    when the agent may not write in the path's worktree at all.
    """
    if policy.mode == "off":
        return Decision(path, allowed=True, rule="off", reason="Interlock is switched off in this repository.")
    if is_private(path):
        return Decision(path, allowed=False, rule="private", reason=_private(path))
    stopped = _stopped(path, rights)
    if stopped is not None:
        return stopped
    if policy.open.covers(path):
        return Decision(path, allowed=True, rule="open", reason="The settings open this path to everybody.")
    if rights.loss is not None:
        return Decision(path, allowed=False, rule="taken_over", reason=_lost(path, rights.loss))
    foreign = foreign_lease(path, rights.family, near)
    if foreign is not None:
        return refused_as_held(path, foreign)
    if other_worktree is not None:
        return _refused_elsewhere(path, other_worktree)
    limit = rights.limit_on_edits()
    if limit is not None:
        return Decision(path, allowed=False, rule="role", reason=limit.refusal(path, "written"))
    own = own_lease(path, rights.leases)
    if own is not None:
        return Decision(
            path, allowed=True, rule="own", reason=f"It is in the scope of your {named(own)}.", task=own.task
        )
    return _not_held(path, policy, rights)


def _stopped(path: str, rights: AgentRights) -> Decision | None:
    """The refusal to an agent that may write nothing at all now, wherever it is."""
    if rights.overspent is not None:
        return Decision(path, allowed=False, rule="budget", reason=rights.overspent.refusal(path, "written"))
    if rights.unapproved is not None:
        return Decision(path, allowed=False, rule="plan", reason=rights.unapproved.refusal(path, "written"))
    return None


def _not_held(path: str, policy: Policy, rights: AgentRights) -> Decision:
    """The decision on a path that nobody holds."""
    claims = [lease for lease in rights.leases if lease.task is not None]
    if claims:
        return Decision(path, allowed=False, rule="outside", reason=_outside(path, claims), task=claims[0].task)
    if policy.unclaimed == "deny":
        return Decision(path, allowed=False, rule="unclaimed", reason=_unclaimed(path))
    return Decision(path, allowed=True, rule="free", reason="Nobody holds this path.")


def foreign_lease(path: str, family: tuple[int, ...], near: Sequence[LiveLease]) -> LiveLease | None:
    """The live lease of somebody outside `family` that covers `path`, or None."""
    for lease in near:
        if lease.holder_id not in family and lease.covers(path) and lease.keeps_out(family):
            return lease
    return None


def own_lease(path: str, leases: Sequence[LiveLease]) -> LiveLease | None:
    """The agent's own claim or path lock that covers `path`, or None."""
    for lease in leases:
        if lease.covers(path):
            return lease
    return None


def refused_as_held(path: str, lease: LiveLease) -> Decision:
    """The refusal of a path that somebody else's live lease covers."""
    if lease.holder == REVIEW:
        return Decision(
            path, allowed=False, rule="held", reason=_in_review(path, lease), holder=lease.holder, task=lease.task
        )
    reason = (
        f"{_held(path, lease)} Leave it alone: work in your own scope, claim another task with claim_task, "
        f'or ask with send_message(to="{clip(lease.holder, 60)}").'
    )
    return Decision(path, allowed=False, rule="held", reason=reason, holder=lease.holder, task=lease.task)


def _held(path: str, lease: LiveLease) -> str:
    """Who holds the path; of another machine also what that means for a file that each has of its own."""
    shown, holder = clip(path, 200), clip(lease.holder, 60)
    if lease.elsewhere is None:
        return f"{shown} is held by {holder}: {named(lease)}, since {stamp(lease.since)}."
    scope = "in the scope of" if lease.resource is None else "covered by"
    return (
        f"{shown} is {scope} {named(lease)}, which {holder} holds on another machine since {stamp(lease.since)}"
        f"{lease.elsewhere}: your file is your own copy, but the merge would conflict."
    )


def _in_review(path: str, lease: LiveLease) -> str:
    task = clip(lease.task or "", 60)
    return (
        f"{clip(path, 200)} belongs to {named(lease)}, which waits for review since {stamp(lease.since)}: nobody may "
        "write there until it is approved or rejected. Work in your own scope or claim another task with claim_task; "
        f'what its reviewer should know: update_task(task_id="{task}", note=…).'
    )


def _refused_elsewhere(path: str, other_worktree: OtherWorktree) -> Decision:
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
    """Whether `path` belongs to git or to Interlock itself: no agent writes there. Workflows are none of it."""
    parts = path.split("/")
    return ".git" in parts or (parts[:2] == [".claude", "interlock"] and parts[2:3] != ["workflows"])


def named(lease: LiveLease) -> str:
    """What a lease is for, in words: `task T3 "Billing API"` or `lock path:package.json`."""
    if lease.task is None:
        return "lock " + clip(lease.resource or "", 80)
    return f'task {clip(lease.task, 60)} "{clip(lease.title, 60)}"'


def _outside(path: str, claims: Sequence[LiveLease]) -> str:
    parts = [_scope_of(lease) for lease in claims]
    return (
        f"{clip(path, 200)} lies outside your scope: {clip('; '.join(parts), 170)}. "
        f'If the task needs it: update_task(task_id="{clip(claims[0].task or "", 60)}", widen=[…]), '
        'or lock_resource("path:…") for one edit of a shared file; otherwise leave it alone.'
    )


def _scope_of(lease: LiveLease) -> str:
    return f"{clip(lease.task or '', 40)} covers {clip(', '.join(lease.patterns), 140) or 'nothing (reading only)'}"


def _lost(path: str, loss: Loss) -> str:
    return (
        f"{clip(path, 200)} was not written: {loss.words}. Call board or claim_task to see what you hold now; "
        "after that you can write again, without this claim."
    )


def _unclaimed(path: str) -> str:
    return (
        f"{clip(path, 200)}: only agents with a claim may write in this repository, and you have none. "
        "Call claim_task first (or plan_tasks, if no task fits)."
    )


def _private(path: str) -> str:
    return (
        f"{clip(path, 200)} belongs to git or to Interlock itself and is never edited by hand. "
        "Use git commands, or Interlock's tools and `interlock` on the command line."
    )
