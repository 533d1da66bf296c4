"""A temporary checkout for one merge: detached, in Interlock's own folder, removed afterwards, even after a crash."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from uuid import uuid4

from mcp_server.adapters.git import runner
from mcp_server.adapters.host.atomic_write import private, private_folder
from mcp_server.adapters.host.file_lock import LockBusy, file_lock
from mcp_server.adapters.host.run_program import Ran
from mcp_server.domain.merge import CheckResult, MergeCommit, MergeStopped

QUIET = {"GIT_EDITOR": "true", "GIT_SEQUENCE_EDITOR": "true", "GIT_MERGE_AUTOEDIT": "no"}
LAST_LINES = 20


class Scratch:
    """One such checkout, which starts on the commit that the base is on."""

    def __init__(self, tree: str, prepare: Callable[[str], None] | None = None) -> None:
        self.tree = tree
        self._prepare = prepare

    def merge(self, tip: str, base: str, message: str, options: Sequence[str]) -> MergeCommit | MergeStopped:
        """Merge as git is configured to: with its identity, signature and hooks, forward alone where that will do.

        `options` are for git itself.
        """
        return self._ended(self._git(*options, "merge", "--no-edit", "--quiet", "-m", message, tip), base)

    def rebase(self, base: str, tip: str, options: Sequence[str]) -> MergeCommit | MergeStopped:
        """Put the commits of `tip` on top of the base; its branch stays where it is."""
        self._git(*runner.NO_HOOKS, "checkout", "--quiet", "--detach", tip)
        words = ("rebase", "--quiet", "--no-update-refs", "--no-autostash", base)
        return self._ended(self._git(*options, *words), base)

    def check(self, command: str, log: Path) -> CheckResult:
        """Run the command in the shell; all that it prints goes to `log`."""
        private_folder(log.parent)
        with open(log, "wb", opener=private) as output:
            if self._prepare is not None:
                self._prepare(self.tree)
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=self.tree,
                env=runner.without_location(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        return CheckResult(command, done.returncode, tuple(lines), str(log))

    def _git(self, *arguments: str) -> Ran:
        return runner.run(self.tree, *arguments, env=QUIET, seconds=None, programs=True)

    def _ended(self, done: Ran, base: str) -> MergeCommit | MergeStopped:
        if done.code == 0:
            commit, tree, before = runner.line(
                self.tree, "rev-parse", "HEAD", "HEAD^{tree}", f"{base}^{{tree}}"
            ).split()
            return MergeCommit(commit, tree if tree != before else None)
        conflicting = bool(runner.ask(self.tree, "ls-files", "--unmerged"))
        words = " ".join((done.err or done.out).decode("utf-8", "replace").split())
        return MergeStopped(conflicting, runner.plain(words)[-500:])


@contextmanager
def scratch(root: str, folder: Path, commit: str, prepare: Callable[[str], None] | None = None) -> Iterator[Scratch]:
    """A scratch checkout of `commit`; refuses (GitRefused) where git can't make one."""
    name = f"{os.getpid()}-{uuid4().hex[:8]}"
    private_folder(folder)
    with file_lock(folder / f"{name}.alive", patience=0):
        try:
            make = ("worktree", "add", "--quiet", "--detach", str(folder / name), commit)
            add = lambda: runner.run(root, *runner.NO_HOOKS, *make, seconds=None, programs=True)  # noqa: E731  it is repeated
            made = runner.patiently(add, sleep)
            if made.code:
                raise runner.GitRefused(make, made.code, made.err)
            yield Scratch(str(folder / name), prepare)
        finally:
            _remove(root, folder / name)
    (folder / f"{name}.alive").unlink(missing_ok=True)


def clear(root: str, folder: Path) -> None:
    """Remove what processes left that have ended."""
    for alive in folder.glob("*.alive"):
        try:
            with file_lock(alive, patience=0):
                _remove(root, alive.with_suffix(""))
        except LockBusy:
            continue
        alive.unlink(missing_ok=True)


def _remove(root: str, tree: Path) -> None:
    runner.run(root, "worktree", "remove", "--force", "--force", str(tree))
    if tree.exists():  # half made, or not known to git any more
        shutil.rmtree(tree, ignore_errors=True)
        runner.run(root, "worktree", "prune")
