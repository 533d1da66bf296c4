"""Bringing a branch home: merged beside every checkout, checked there, and only then is its base moved."""

from __future__ import annotations

from typing import Literal, NamedTuple

from mcp_server.core.merge.finish import Arrived, arrive, finish_begun
from mcp_server.core.merge.request import MergeRequest, Options, requested
from mcp_server.core.workplace import Workplace
from mcp_server.domain.conflict import Conflict
from mcp_server.domain.merge import Check, Checked, Merged, PendingMerge, Stopped
from mcp_server.domain.text import clip
from mcp_server.ports import MergeTool

ATTEMPTS = 3
NO_SUCH_COMMAND = 127

Reason = Literal["held", "uncommitted", "conflict", "refused", "check", "base", "moved"]


class Kept(NamedTuple):
    """The branch did not come home, and everything is as it was: why, and what to do next."""

    reason: Reason
    advice: str
    holder: str | None = None
    paths: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    checked: Checked | None = None


class Landed(NamedTuple):
    """The branch is home: `base` is on `commit`. `already` says that it was before; `left` are files of somebody's own.

    `ready` are the tasks that this made ready. `unfinished` is the branch's own task when that is not done.
    """

    branch: str
    base: str
    commit: str
    already: bool = False
    ready: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    checked: Checked | None = None
    unfinished: str | None = None


def merge(place: Workplace, git: MergeTool, agent_id: int, name: str, options: Options) -> Landed | Kept:
    """Bring the branch of a task, a worktree, or of this name home; refuses what is held, dirty, clashing or failing.

    What a killed merge began is finished first.
    """
    with git.locked():
        finish_begun(place, git)
    request = requested(place, git, agent_id, name, options)
    if request.holder is not None:
        name, work = request.holder.holder_name, request.holder.task
        return Kept("held", f"{name} is still working there, on {work}: wait, ask, or --force", name)
    dirty = git.uncommitted(request.root) if request.root is not None and not options.committed_only else []
    if dirty:
        return Kept(
            "uncommitted",
            f"{request.root} has changes that are not committed, and they would stay behind: commit them, or "
            "--committed-only",
            paths=tuple(dirty),
        )
    for _ in range(ATTEMPTS):
        outcome = _Attempt(place, git, agent_id, request).run()
        if outcome is not None:
            return outcome
    return Kept("moved", f"{request.base} moved {ATTEMPTS} times meanwhile; try again when it is quieter")


class _Attempt:
    """One merge into the base where it is now. No outcome: the base moved meanwhile."""

    def __init__(self, place: Workplace, git: MergeTool, agent_id: int, request: MergeRequest) -> None:
        self._place = place
        self._git = git
        self._agent = agent_id
        self._request = request
        self._old = request.base_tip(git)
        self._outcome: Landed | Kept | None = None

    def run(self) -> Landed | Kept | None:
        from_, git = self._request, self._git
        tip = git.tip(from_.branch) or ""
        if git.is_in(tip, from_.base):
            return self._home_already(tip)
        message = from_.message if from_.style == "merge" else None
        stopped = git.merged(self._old, tip, message=message, then=self._go_on)
        if stopped is None:
            return self._outcome
        return self._stopped(stopped, tip)

    def _go_on(self, merged: Merged, check: Check) -> None:
        """With the merge at hand: may the base's checkout follow, and does the check pass? Then it is moved."""
        if merged.tree is None:
            self._outcome = self._home_already(merged.commit)
            return
        obstacle = self._obstacle(merged.commit)
        checked = None
        if obstacle is None and self._request.check is not None:
            checked = check(self._request.check, self._request.branch)
            if checked.code:
                self._outcome = Kept("check", _failed(checked), checked=checked)
                return
        with self._git.locked():
            finish_begun(self._place, self._git)
            self._outcome = self._move(merged.commit, checked)

    def _move(self, new: str, checked: Checked | None) -> Landed | Kept | None:
        from_, git = self._request, self._git
        if git.tip(from_.base) != self._old:
            return None
        obstacle = self._obstacle(new)
        if obstacle is not None:
            return Kept("base", f"{obstacle}. {from_.base} was not moved")
        root = git.checkout_of(from_.base)
        begun = PendingMerge(from_.branch, from_.base, self._old, new, root, from_.worktree, self._agent)
        with self._place.store.writing() as books:
            books.pending_merges.begin(begun)
        if not git.move(from_.base, self._old, new, f"interlock: {from_.message}"):
            with self._place.store.writing() as books:
                books.pending_merges.end(from_.branch)
            return None
        arrived = arrive(self._place, git, begun, new)
        return self._landed(new, arrived, checked)

    def _obstacle(self, new: str) -> str | None:
        settings = self._place.settings()
        texts = {settings.tasks_file or "TASKS.md", settings.state_file or "SHARED_MIND.md"}
        root = self._git.checkout_of(self._request.base)
        return None if root is None else self._git.obstacle(root, self._old, new, texts)

    def _home_already(self, tip: str) -> Landed:
        from_ = self._request
        begun = PendingMerge(from_.branch, from_.base, self._old, self._old, None, from_.worktree, self._agent)
        arrived = arrive(self._place, self._git, begun, tip)
        return self._landed(tip, arrived, None)._replace(already=True)

    def _landed(self, commit: str, arrived: Arrived, checked: Checked | None) -> Landed:
        from_ = self._request
        return Landed(from_.branch, from_.base, commit, False, arrived.ready, arrived.left, checked, arrived.unfinished)

    def _stopped(self, stopped: Stopped, tip: str) -> Kept:
        base = self._request.base
        if not stopped.clashing:
            words = clip(stopped.words.removeprefix("fatal: ").rstrip("."), 600)
            onto = "; --rebase puts its commits on top" if "fast-forward" in words else ""
            return Kept("refused", f"git would not: {words}{onto}. {base} was not moved")
        return Kept(
            "conflict",
            f"{self._request.branch} can't be merged into {base} as it stands, and nothing was changed. In its "
            f"checkout: git merge {base}, settle what conflicts, commit, and merge again",
            conflicts=self._git.conflicts(self._old, tip),
        )


def _failed(checked: Checked) -> str:
    if checked.code == NO_SUCH_COMMAND:
        return f"the check `{checked.command}` is no command here; --check 'COMMAND' names another, --no-check none"
    return f"the check `{checked.command}` ended with {checked.code} on the merged tree; nothing was changed"
