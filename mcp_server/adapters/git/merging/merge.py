"""Merges a branch with git: in a temporary checkout first, then the base is moved by compare-and-swap."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mcp_server.adapters.git import hooks, runner, worktree_list
from mcp_server.adapters.git.merging import fast_forward, merge_tree, scratch_checkout
from mcp_server.adapters.git.merging.conflict_search import GitConflictSearch
from mcp_server.adapters.git.snapshots import STATUS
from mcp_server.adapters.git.work.refs import in_progress
from mcp_server.adapters.git.work.worktree import GitWork
from mcp_server.adapters.host.atomic_write import private_folder
from mcp_server.adapters.host.file_lock import file_lock
from mcp_server.adapters.host.repository import main_worktree, own_git_folder
from mcp_server.domain.branch import Work
from mcp_server.domain.conflict import Conflict
from mcp_server.domain.merge import Arrival, CheckResult, MergeCommit, MergeStopped
from mcp_server.domain.worktree import Worktree, folder_of
from mcp_server.ports import ScratchMerge

FOLDER = "merge"
PATIENCE = 60.0
"""Seconds. Whoever has the lock moves one branch and fast-forwards its checkout."""


class _Merge:
    """See `ScratchMerge`."""

    def __init__(self, outcome: MergeCommit | MergeStopped, checkout: scratch_checkout.Scratch, folder: Path) -> None:
        self.outcome = outcome
        self._checkout = checkout
        self._folder = folder

    def check(self, command: str, name: str) -> CheckResult:
        return self._checkout.check(command, self._folder / f"{folder_of(name)}.log")


class GitMerge:
    """The branches of one repository. `prepare` makes a checkout ready for a check."""

    def __init__(self, root: str, state: str, prepare: Callable[[str], None] | None = None) -> None:
        self._root = root
        self._folder = Path(state, FOLDER)
        self._search = GitConflictSearch(root, state)
        self._work = GitWork(root, state)
        self._prepare = prepare

    def tip(self, branch: str) -> str | None:
        """The commit that a branch is on; None when there is no such branch."""
        return self._search.tips([branch]).get(branch)

    def main(self) -> str | None:
        """The branch of the main checkout, or of a bare repository; None when its HEAD is detached."""
        first = self._search.checkouts()[:1]
        if first and first[0].branch is not None:
            return first[0].branch
        done = runner.run(self._root, "--git-dir", self._common(), "symbolic-ref", "--quiet", "--short", "HEAD")
        return runner.text(done.out).strip() or None if not (first and first[0].commit) else None

    def checkout_of(self, branch: str) -> str | None:
        """Where a branch is checked out, or None; refuses where it is, and git does not say in which folder."""
        found = next((tree for tree in worktree_list.listed(self._root) if tree.branch == branch), None)
        if found is not None and not found.path:
            words = (
                f"{branch} is checked out in the main worktree of {self._common()}, and git does not record where that "
                "is. Run `interlock board` there once, then repeat this"
            )
            raise runner.GitRefused(("worktree",), runner.NOT_STARTED, words.encode())
        return next((one.root for one in self._search.checkouts() if one.branch == branch), None)

    def is_in(self, commit: str, branch: str) -> bool:
        return runner.run(self._root, "merge-base", "--is-ancestor", commit, f"refs/heads/{branch}").code == 0

    def arrival(self, commit: str, base: str, start: str) -> Arrival:
        return self._work.arrival(commit, base, start)

    def work(self, worktree: Worktree, base: str) -> Work:
        return self._work.of(worktree, base)

    def in_progress(self, root: str) -> str | None:
        return in_progress(own_git_folder(root))

    def uncommitted(self, root: str) -> list[str]:
        """What in a checkout is not committed."""
        return [entry[3:] for entry in runner.records(runner.ask(root, *STATUS, programs=True))]

    def conflicts(self, ours: str, theirs: str) -> tuple[Conflict, ...]:
        """The paths on which two commits conflict; none where git can't tell."""
        try:
            return merge_tree.conflicts(self._root, ours, theirs, self._search.temp_objects())
        except OSError:
            return ()

    @contextmanager
    def scratch_merge(self, base: str, tip: str, *, branch: str, message: str | None) -> Iterator[ScratchMerge]:
        there = self.checkout_of(branch) or main_worktree(self._common()) or self._root
        with scratch_checkout.scratch(self._root, self._folder, base, self._prepare) as made:
            with hooks.borrowed(there, made.tree) as options:
                outcome = (
                    made.rebase(base, tip, options) if message is None else made.merge(tip, base, message, options)
                )
            yield _Merge(outcome, made, self._folder)

    def after_merge(self, branch: str) -> None:
        root = self.checkout_of(branch)
        if root is not None:
            hooks.run(root, "post-merge", "0")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes of Interlock from moving a branch; refuses (OSError) if one does so for too long."""
        private_folder(self._folder)
        with file_lock(self._folder / "turn", patience=PATIENCE):
            scratch_checkout.clear(self._root, self._folder)
            yield

    def obstacle(self, root: str, old: str, new: str) -> str | None:
        """Why the checkout of the base can't be fast-forwarded, in words; None when it can."""
        return fast_forward.obstacle(root, old, new)

    def move(self, branch: str, old: str, new: str, why: str) -> bool:
        where = self.checkout_of(branch) or self._root
        done = runner.run(where, "update-ref", "-m", why, f"refs/heads/{branch}", new, old, programs=True)
        if done.code and self.tip(branch) == old:
            raise runner.GitRefused(("update-ref",), done.code, done.err)
        return done.code == 0

    def fast_forward(self, root: str, old: str, new: str) -> list[str]:
        """Fast-forward the checkout of a branch; returns the files that are somebody's own and were left unchanged."""
        return fast_forward.follow(root, old, new)

    def _common(self) -> str:
        return os.path.dirname(os.path.dirname(self._folder))
