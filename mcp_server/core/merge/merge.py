"""Merges a task's branch into its base: in a temporary checkout first, where its check runs, then in the base."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.core.merge.finish import Finished, finish, finish_pending
from mcp_server.core.merge.push import merge_remote, push_base
from mcp_server.core.merge.request import MergeRequest, NotMerged, Options, requested
from mcp_server.core.tasks.merged import record_merged
from mcp_server.core.workplace import Workplace
from mcp_server.domain.merge import CheckResult, MergeStopped, PendingMerge
from mcp_server.domain.text import clip
from mcp_server.ports import MergeTool, ScratchMerge

ATTEMPTS = 3
NO_SUCH_COMMAND = 127


class Merged(NamedTuple):
    """The branch is merged and `base` is on `commit`. `already`: it was merged before.

    `ready` are the tasks that became ready, `left` the files in the base's checkout that somebody changed meanwhile
    and that were not updated. `unfinished` is the branch's own task when that is not done, `missing` what its worktree
    has that the base still lacks. `pushed` is None where nobody asked for that; where it is False, `why_not` says why.
    """

    branch: str
    base: str
    commit: str
    already: bool = False
    ready: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    checked: CheckResult | None = None
    unfinished: str | None = None
    missing: str | None = None
    pushed: bool | None = None
    why_not: str | None = None


def merge_branch(place: Workplace, git: MergeTool, agent_id: int, name: str, options: Options) -> Merged | NotMerged:
    """Merge the branch of a task, a worktree, or of this name. Refuses one that is held, dirty, in conflict or failing.

    An interrupted merge is finished first. To be pushed, it is merged into what the remote's base is by then; where
    that fails, the branch is merged all the same, and the answer says why it was not pushed.
    """
    with git.locked():
        finish_pending(place, git)
    request = requested(place, git, agent_id, name, options)
    if isinstance(request, NotMerged):
        return request
    if request.holder is not None:
        name, work = request.holder.holder_name, request.holder.task
        return NotMerged("held", f"{name} is still working there, on {work}: wait, ask, or --force", name)
    dirty = _uncommitted(place, git, request.root) if request.root is not None and not options.committed_only else []
    if dirty:
        return NotMerged(
            "uncommitted",
            f"{request.root} has uncommitted changes, which would not be merged: commit them, or use --committed-only",
            paths=tuple(dirty),
        )
    pushes = place.settings().merge.push if options.push is None else options.push

    def merge_other(other: MergeRequest) -> NotMerged | None:
        merged = _attempts(place, git, agent_id, other)
        return None if isinstance(merged, Merged) else merged

    if pushes and place.remote is not None:
        merge_remote(git, place.remote, request.base, merge_other)  # if that fails, the push says so
    outcome = _attempts(place, git, agent_id, request)
    if isinstance(outcome, NotMerged):
        return outcome
    if not outcome.already and request.style == "merge":
        git.after_merge(request.base)
    if pushes and place.remote is not None:
        why = push_base(git, place.remote, request.base, merge_other, request.check)
        outcome = outcome._replace(commit=git.tip(request.base) or outcome.commit, pushed=why is None, why_not=why)
    return outcome._replace(ready=(*outcome.ready, *record_merged(place)))  # others may have lacked just that


def _attempts(place: Workplace, git: MergeTool, agent_id: int, request: MergeRequest) -> Merged | NotMerged:
    """Merge into the base, again where it has moved meanwhile."""
    for _ in range(ATTEMPTS):
        outcome = _Attempt(place, git, agent_id, request).run()
        if outcome is not None:
            return outcome
    return NotMerged("moved", f"{request.base} moved {ATTEMPTS} times meanwhile; try again later")


def _uncommitted(place: Workplace, git: MergeTool, root: str) -> list[str]:
    """What is not committed in a checkout, but for what Interlock writes there itself, as it does in one of them."""
    is_home = place.page is not None and place.page.folder == root
    own = place.settings().texts if is_home else ()
    return [path for path in git.uncommitted(root) if path not in own]


class _Attempt:
    """One attempt to merge into the base where it is now. No outcome: the base moved meanwhile."""

    def __init__(self, place: Workplace, git: MergeTool, agent_id: int, request: MergeRequest) -> None:
        self._place = place
        self._git = git
        self._agent = agent_id
        self._request = request
        self._old = request.base_tip(git)

    def run(self) -> Merged | NotMerged | None:
        request, git = self._request, self._git
        tip = request.tip(git)
        came = git.arrival(tip, request.base, request.worktree.start if request.worktree is not None else "")
        if came.reverted_by is not None and git.is_in(tip, request.base):
            return NotMerged("refused", _reverted(request, came.reverted_by))
        if came.is_complete:
            return self._already_merged(came.commit or tip)
        message = request.message if request.style == "merge" else None
        with git.scratch_merge(self._old, tip, branch=request.base, message=message) as scratch:
            if isinstance(scratch.outcome, MergeStopped):
                return stopped(git, request, self._old, tip, scratch.outcome)
            if scratch.outcome.tree is None:
                return self._already_merged(self._old)
            return self._checked_and_moved(scratch, scratch.outcome.commit)

    def _checked_and_moved(self, scratch: ScratchMerge, new: str) -> Merged | NotMerged | None:
        """The base's checkout must be ready to fast-forward before the check, which may be slow, and after it."""
        checked = None
        if self._obstacle(new) is None and self._request.check is not None:
            checked = scratch.check(self._request.check, self._request.branch)
            if checked.code:
                return NotMerged("check", _failed(checked), checked=checked)
        with self._git.locked():
            finish_pending(self._place, self._git)
            return self._move(new, checked)

    def _move(self, new: str, checked: CheckResult | None) -> Merged | NotMerged | None:
        request, git = self._request, self._git
        if git.tip(request.base) != self._old:
            return None
        obstacle = self._obstacle(new)
        if obstacle is not None:
            return NotMerged("base", f"{obstacle}. {request.base} was not moved")
        root = git.checkout_of(request.base)
        pending = self._pending(new, root)
        with self._place.store.writing() as books:
            books.pending_merges.begin(pending)
        if not git.move(request.base, self._old, new, f"interlock: {request.message}"):
            with self._place.store.writing() as books:
                books.pending_merges.end(request.branch)
            return None
        return self._merged(new, finish(self._place, git, pending, new), checked)

    def _obstacle(self, new: str) -> str | None:
        root = self._git.checkout_of(self._request.base)
        return None if root is None else self._git.obstacle(root, self._old, new)

    def _already_merged(self, tip: str) -> Merged:
        pending = self._pending(self._old, None)
        return self._merged(tip, finish(self._place, self._git, pending, tip), None)._replace(already=True)

    def _pending(self, new: str, root: str | None) -> PendingMerge:
        request = self._request
        worktree = request.worktree.name if request.worktree is not None else None
        return PendingMerge(
            request.branch, request.base, self._old, new, root, worktree, self._agent, approves=request.approves
        )

    def _merged(self, commit: str, finished: Finished, checked: CheckResult | None) -> Merged:
        request = self._request
        return Merged(request.branch, request.base, commit, checked=checked, **finished._asdict())


def stopped(git: MergeTool, request: MergeRequest, old: str, tip: str, outcome: MergeStopped) -> NotMerged:
    """Why git could not merge `tip` into `old`, and what to do."""
    base = request.base
    if not outcome.conflicting:
        words = clip(outcome.words.removeprefix("fatal: ").rstrip("."), 600)
        onto = "; --rebase puts its commits on top" if "fast-forward" in words else ""
        return NotMerged("refused", f"git refused: {words}{onto}. {base} was not moved")
    return NotMerged(
        "conflict",
        f"{request.branch} conflicts with {base}; nothing was changed. In its checkout: git merge {base}, "
        "resolve the conflicts, commit, and merge again",
        conflicts=git.conflicts(old, tip),
    )


def _reverted(request: MergeRequest, by: str) -> str:
    return (
        f"{request.base} has had {request.branch}, and {by[:10]} reverted it, so git has nothing to merge. To have it "
        f"back: git revert {by[:10]} on {request.base}, or commit the work anew on its branch"
    )


def _failed(checked: CheckResult) -> str:
    if checked.code == NO_SUCH_COMMAND:
        return f"the check `{checked.command}` does not exist; --check 'COMMAND' names another, --no-check skips it"
    return f"the check `{checked.command}` failed on the merge result (exit code {checked.code}); nothing was changed"
