"""May a git command run that concerns others who work in its worktree: what moves HEAD, sweeps, stages or commits?

On the hot path of a hook, but only loaded where there are any.
"""

from __future__ import annotations

from mcp_server.core.guard.own_paths import as_pathspecs
from mcp_server.domain.decision import REVIEW, Decision, foreign_lease, named, own_lease
from mcp_server.domain.scopes.scope import anchors_of, parse
from mcp_server.domain.text import clip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp_server.bash.reading import Sweep
    from mcp_server.domain.decision import AgentRights, LiveLease
    from mcp_server.ports import GuardBook

_DOES = {
    "head": "moves the HEAD of this checkout, in which {who} is working too.",
    "commit": "would commit {path}, which {who} holds.",
    "amend": "would change a commit with {path}, which {who} holds.",
    "index": "changes what is staged of {path}, which {who} holds.",
    "stash": "concerns {path}, which {who} holds.",
}
_WHOLE = "affects the whole worktree, in which {who} is working too."


def judge_beside(book: GuardBook, rights: AgentRights, sweep: Sweep, others: Sequence[LiveLease]) -> Decision | None:
    """The refusal of a git command beside `others`, who work in the same checkout; None if it concerns none of them."""
    if sweep.paths is None:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        does = _DOES["head"] if sweep.kind == "head" else _WHOLE
        return _refused(sweep, rights, others[0], does.replace("{who}", _who(others[0]) + more))
    if sweep.below is not None and not any(_may_meet(book, rights, path) for path in sweep.below):
        return None
    paths = sweep.paths()
    if paths is None:
        return _refused(sweep, rights, others[0], "concerns paths that git could not name in time.")
    for path in paths:
        lease = foreign_lease(path, rights.family, _here(book.near(path)))
        if lease is not None:
            return _refused(sweep, rights, lease, _DOES[sweep.kind].format(path=clip(path, 120), who=_who(lease)))
    if (
        sweep.kind == "amend"
        and paths
        and rights.claims()
        and not any(own_lease(path, rights.leases) for path in paths)
    ):
        return _refused(
            sweep, rights, others[0], f"would change a commit with {clip(paths[0], 120)}, not one of yours."
        )
    return None


def _may_meet(book: GuardBook, rights: AgentRights, path: str) -> bool:
    """Whether somebody else may hold a path, or one below it."""
    near = _here(book.near(path))
    if foreign_lease(path, rights.family, near) is not None:
        return True
    deeper = [lease for lease in _here(book.within(path)) if lease.holder_id not in rights.family]
    # A pattern such as `src/**/x.py` begins above the path and may mean one below it.
    above = [lease for lease in near if _is_pattern(lease, path) and lease.keeps_out(rights.family)]
    return bool(deeper or above)


def _here(leases: Sequence[LiveLease]) -> list[LiveLease]:
    """Those of this machine: whoever works on another one has no file in this checkout."""
    return [lease for lease in leases if lease.elsewhere is None]


def _is_pattern(lease: LiveLease, path: str) -> bool:
    return any(
        path == anchor or path.startswith(anchor + "/") or not anchor for anchor, _ in anchors_of(parse(lease.patterns))
    )


def _refused(sweep: Sweep, rights: AgentRights, lease: LiveLease, does: str) -> Decision:
    command = clip(sweep.command, 120)
    instead = clip(sweep.instead.replace("{paths}", as_pathspecs(rights)), 250)
    if "{paths}" in sweep.instead:
        instead = f"Name your own paths: {instead}"
    reason = _not_run(f"{command} {does} {instead}")
    return Decision(command, allowed=False, rule="sweep", reason=reason, holder=lease.holder, task=lease.task)


def _who(lease: LiveLease) -> str:
    if lease.task is None and lease.resource is None:
        return f"{clip(lease.holder, 60)} (which edits without a claim)"
    if lease.holder == REVIEW:
        return f"a review of task {clip(lease.task or '', 60)}"
    what = clip(named(lease), 80) if lease.task is None else f"task {clip(lease.task, 60)}"
    return f"{clip(lease.holder, 60)} ({what})"


def _not_run(text: str) -> str:
    return "This command was not run. " + text
