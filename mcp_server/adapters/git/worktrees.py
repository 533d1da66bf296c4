"""The worktrees of one repository: makes, lists, compares and removes them with git."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from time import sleep

from mcp_server.adapters.git import runner, worktree_list
from mcp_server.adapters.git.exclude import exclude
from mcp_server.adapters.git.work.content import MOST_TRIED, arrival
from mcp_server.adapters.git.work.worktree import GitWork
from mcp_server.adapters.host.delete_tree import delete
from mcp_server.adapters.host.process_lock import process_lock
from mcp_server.adapters.host.repository import Repository, own_git_folder
from mcp_server.adapters.host.run_program import Ran
from mcp_server.domain.branch import Work
from mcp_server.domain.worktree import Listed, Trouble, Worktree

PLACE = os.path.join(".claude", "worktrees")
PATIENCE = 120.0
"""Seconds that one worktree waits for another to be made: a checkout of a large repository takes its time."""
INITIALIZING = "initializing"
"""Git's reason for the lock on a worktree that it is making."""


class GitTrees:
    """The worktrees of a repository under git; refuses (Trouble) a directory outside git."""

    def __init__(self, repository: Repository, *, pause: Callable[[float], None] = sleep) -> None:
        if os.path.basename(os.path.dirname(repository.state)) == ".claude":
            raise Trouble(f"{repository.root} is not in a git repository, and worktrees need one")
        self._state = repository.state
        self._common = os.path.dirname(repository.state)
        self._here = repository.root  # asked first: if git does not trust it, this is the folder that git names
        self._directory = self._here
        self._pause = pause
        self._handle: int | None = None
        self._bare = self.listed()[0].bare
        self._main = repository.main
        self._directory = self._common if self._bare else self._main

    @property
    def source(self) -> str | None:
        """The main checkout; beside a bare repository the one that has its default branch, or None."""
        if not self._bare:
            return self._main
        wanted = self.default_branch()
        return next((tree.path for tree in self.listed() if tree.branch is not None and tree.branch == wanted), None)

    @contextmanager
    def locked(self) -> Iterator[None]:
        with process_lock(os.path.join(self._state, "worktrees", "making.lock"), patience=PATIENCE) as handle:
            self._handle = handle
            try:
                yield
            finally:
                self._handle = None

    def listed(self) -> list[Listed]:
        said = self._ask(*worktree_list.COMMAND)
        if said.code != 0:
            older = "git 2.36 or newer is needed: " if b"usage:" in said.err else ""
            words = runner.complaint(said)
            raise Trouble(
                words if words.startswith(runner.DISTRUST) else f"git cannot list the worktrees: {older}{words}"
            )
        return worktree_list.located(self._directory, worktree_list.read(said.text))

    def head(self) -> tuple[str | None, str | None]:
        """The branch and the commit that the main worktree is on."""
        said = self._ask("symbolic-ref", "--quiet", "--short", "HEAD")
        return (said.text.strip() if said.code == 0 else None), self.commit("HEAD")

    def default_branch(self) -> str | None:
        """What the remote calls its own, if there is such a branch here; else the usual ones."""
        remote = self._ask("symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD").text.strip()
        configured = self._ask("config", "init.defaultBranch").text.strip()
        own, _ = self.head() if self._bare else (None, None)
        names = (remote.removeprefix("origin/"), own or "", configured, "main", "master", "trunk", "develop")
        return next((name for name in names if name and self.is_branch(name)), None)

    def commit(self, revision: str) -> str | None:
        """The commit that this names, or None."""
        said = self._ask("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        return said.text.strip() if said.code == 0 else None

    def commit_here(self, revision: str) -> str | None:
        """The commit that this names in the current checkout, whose HEAD may be another, or None."""
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}")
        said = self._ask(*asked, directory=self._here)
        return said.text.strip() if said.code == 0 else None

    def branch_here(self) -> str | None:
        """The branch of the current checkout; None when its HEAD is detached."""
        said = self._ask("symbolic-ref", "--quiet", "--short", "HEAD", directory=self._here)
        return said.text.strip() if said.code == 0 else None

    def is_name(self, branch: str) -> bool:
        """Whether git takes a branch of this name."""
        fit = self._ask("check-ref-format", f"refs/heads/{branch}").code == 0
        return fit and not branch.startswith("-") and branch != "HEAD"

    def branch_in_the_way(self, branch: str) -> str | None:
        """An existing branch that makes this name impossible: of `a` and `a/b` git can keep only one."""
        parts = branch.split("/")
        above = ("/".join(parts[:number]) for number in range(1, len(parts)))
        found = next((name for name in above if self.is_branch(name)), None)
        below = self._told("for-each-ref", "--count=1", "--format=%(refname:lstrip=2)", f"refs/heads/{branch}/")
        return found or below.strip() or None

    def remote_branch(self, branch: str) -> str | None:
        """A remote's branch of this name, with the remote's or without, as `origin/fix`; None when there is none."""
        listed = self._told("for-each-ref", "--format=%(refname:lstrip=2)", "refs/remotes/").splitlines()
        return next((name for name in listed if branch in (name, name.partition("/")[2])), None)

    def is_branch(self, name: str) -> bool:
        """Whether there is a branch of this name."""
        return self._ask("show-ref", "--verify", "--quiet", f"refs/heads/{name}").code == 0

    def place(self, folder: str, *, beside: bool) -> str:
        """Below the main worktree, or beside it; beside a bare repository in any case."""
        if not self._bare and not beside:
            return os.path.join(self._main, PLACE, folder)
        base = self._common if self._bare else self._main
        name = os.path.basename(base)
        if self._bare and name.startswith("."):  # a project's folder with nothing in it but worktrees
            return os.path.join(os.path.dirname(base), folder)
        return os.path.join(os.path.dirname(base), f"{name.removesuffix('.git')}.worktrees", folder)

    def make(self, path: str, branch: str, start: str) -> str | None:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        except OSError as error:
            raise Trouble(f"git could not make the worktree: {error.strerror}: {os.path.dirname(path)}") from error

        def words() -> list[str]:
            add = ["worktree", "add", "--quiet"]
            known = self.is_branch(branch)  # an attempt that fails may leave it behind
            return [*add, path, branch] if known else [*add, "--no-track", "-b", branch, path, start]

        said = runner.patiently(lambda: self._ask(*words(), programs=True), self._pause)
        if said.code == 0:
            return None
        if self.is_whole(path):
            return f"its post-checkout hook failed: {runner.complaint(said) or f'status {said.code}'}"
        raise Trouble(f"git could not make the worktree: {runner.complaint(said) or f'status {said.code}'}")

    def is_there(self, path: str) -> bool:
        return os.path.lexists(path)

    def is_whole(self, path: str) -> bool:
        """Whether all of it was checked out: git writes the index when that is done."""
        own = self._own_folder(path)
        return own is not None and os.path.isfile(os.path.join(own, "index"))

    def foreign_files(self, path: str, commit: str) -> list[str]:
        if not os.path.isdir(path):
            return []
        own = set(self._told("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit).split("\0"))
        found = (
            os.path.relpath(os.path.join(folder, name), path) for folder, _, names in os.walk(path) for name in names
        )
        return sorted(name for name in found if name not in own and name != ".git")

    def unlock(self, path: str) -> None:
        own = self._own_folder(path)
        sign = None if own is None else os.path.join(own, "locked")
        if sign is not None and _first_line(sign) == INITIALIZING:
            os.unlink(sign)

    def clear(self, path: str) -> None:
        """Delete a worktree and then git's record of it: until the end it can be told whose it is."""
        own = self._own_folder(path) or self._registered(path)
        delete(path)
        if own is not None:
            delete(own)
        with suppress(OSError):  # the last one takes the folder for all of them with it
            os.rmdir(os.path.dirname(path))

    def changes(self, path: str) -> list[str]:
        """What is not committed in it, one path or pattern of status each."""
        if not os.path.isdir(path):
            return []
        status = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal")
        # With the person's filters: what they made of a file is no change.
        listed = self._told(*status, directory=path, programs=True)
        return [line[3:] for line in listed.split("\0") if line]

    def unpushed(self, path: str) -> bool:
        """Whether its submodules hold commits that are nowhere else: they would be deleted with it."""
        own = self._own_folder(path)
        if own is None or not os.path.isdir(os.path.join(own, "modules")):
            return False
        asked = "git rev-list --max-count=1 HEAD --branches --not --remotes"
        return bool(self._told("submodule", "--quiet", "foreach", "--recursive", asked, directory=path).strip())

    def work(self, worktree: Worktree) -> Work:
        with self._in_words():
            return GitWork(self._directory, self._state).of(worktree)

    def missing_from(self, base: str, commit: str, *, thorough: bool = True) -> int:
        """How many commits up to this one `base` lacks; 0 if their content is there, however it came.

        Unless it is to be `thorough`, what the base has changed again since may be missed.
        """
        count = int(self._told("rev-list", "--count", commit, "--not", base))
        if not count:
            return 0
        with self._in_words():
            tip, onto = (self._told("rev-parse", f"{name}^{{commit}}").strip() for name in (commit, base))
            came = arrival(self._directory, tip, onto, most=MOST_TRIED if thorough else 0)
        return 0 if came.is_complete else count

    def is_in_a_branch(self, commit: str) -> bool:
        """Whether a branch, here or of a remote, has this commit."""
        return bool(self._told("branch", "--all", "--contains", commit, "--format=%(refname)").strip())

    def is_same(self, path: str, other: str) -> bool:
        """Whether both are the same folder, there or not."""
        return os.path.realpath(path) == os.path.realpath(other)

    def ahead_behind(self, commit: str, base: str) -> tuple[int, int] | None:
        """How many commits lead to this one that `base` has not, and the other way round; None when that is unknown."""
        said = self._ask("rev-list", "--left-right", "--count", f"{commit}...{base}", "--")
        if said.code != 0:
            return None
        ahead, behind = said.text.split()
        return int(ahead), int(behind)

    def drop_branch(self, branch: str, commit: str) -> bool:
        if any(tree.branch == branch for tree in self.listed()):
            return False
        if self._ask("update-ref", "-d", f"refs/heads/{branch}", commit, programs=True).code != 0:
            return False
        self._ask("config", "--remove-section", f"branch.{branch}")  # there seldom is one
        return True

    def exclude(self, pattern: str) -> None:
        """Make git ignore this pattern, anchored at the root, in every worktree."""
        lock = os.path.join(self._state, "worktrees", "exclude.lock")
        exclude(os.path.join(self._common, "info", "exclude"), pattern, lock=lock)

    def repair(self) -> None:
        """Repair git's records of worktrees that were moved, where git looks itself and in the usual place."""
        folder = os.path.dirname(self.place("any", beside=False))
        there = [os.path.join(folder, name) for name in os.listdir(folder)] if os.path.isdir(folder) else []
        self._ask("worktree", "repair", *[path for path in there if os.path.isfile(os.path.join(path, ".git"))])

    def _ask(self, *words: str, directory: str | None = None, programs: bool = False) -> Ran:
        """How git ended and what it said; refuses (Trouble) where it cannot be run. It inherits
        our lock, so that it holds it if this process is killed.
        """
        where = directory or self._directory
        try:
            return runner.run(where, *words, seconds=None, programs=programs, keep_open=self._handle)
        except runner.GitRefused as error:
            raise Trouble(f"git cannot be run in {where}: {error.words}") from None

    def _told(self, *words: str, directory: str | None = None, programs: bool = False) -> str:
        """What git printed; waits for git's locks, and refuses (Trouble) in git's words what git refuses."""
        said = runner.patiently(lambda: self._ask(*words, directory=directory, programs=programs), self._pause)
        if said.code != 0:
            raise Trouble(f"git {words[0]} failed: {runner.complaint(said) or f'status {said.code}'}")
        return said.text

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except runner.GitRefused as error:
            raise Trouble(str(error)) from error

    def _own_folder(self, path: str) -> str | None:
        """Git's folder for the worktree, as its `.git` names it; None if it is not one of this repository."""
        own = own_git_folder(path)
        return own if os.path.dirname(own) == os.path.join(self._common, "worktrees") and os.path.isdir(own) else None

    def _registered(self, path: str) -> str | None:
        """The same, as git says: for a worktree whose own files are gone."""
        folder = os.path.join(self._common, "worktrees")
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            pointed = _first_line(os.path.join(folder, name, "gitdir"))
            if pointed and os.path.realpath(os.path.dirname(pointed)) == os.path.realpath(path):
                return os.path.join(folder, name)
        return None


def _first_line(file: str) -> str:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as handle:
            return handle.readline().rstrip("\n")
    except OSError:
        return ""
