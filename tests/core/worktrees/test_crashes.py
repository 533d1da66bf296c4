"""A process that is killed at any moment of making or removing a worktree: the same command again sets it right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from mcp_server.adapters.git import runner
from mcp_server.core.worktrees import create, remove, repair
from mcp_server.ports import Books, Store
from tests.adapters.git_repositories import git, git_repository
from tests.git_workspace import GitWorkspace, isolate_git
from tests.workspace import Workspace

MOST = 60


class Killed(BaseException):
    """An exception that nobody catches, like a kill."""


class CallLimit:
    """Burns down with each call of git and each transaction, before and after it; then everything is over."""

    def __init__(self, length: int) -> None:
        self.length = length

    def burn(self) -> None:
        """One more step, or the end."""
        self.length -= 1
        if self.length == 0:
            raise Killed


class MortalStore:
    """A store whose process may be killed around each transaction."""

    def __init__(self, store: Store, limit: CallLimit) -> None:
        self._store = store
        self._fuse = limit
        self.reading = store.reading

    @contextmanager
    def writing(self) -> Iterator[Books]:
        """A transaction: killed before its end nothing of it is there, after its end all."""
        with self._store.writing() as books:
            yield books
            self._fuse.burn()
        self._fuse.burn()


@contextmanager
def burning(git_workspace: GitWorkspace, limit: CallLimit, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything that the yard does burns the fuse."""
    store, ask = git_workspace.workspace.store, runner.run

    def mortal(root: str, *words: str, **options: Any) -> object:
        limit.burn()
        said = ask(root, *words, **options)
        limit.burn()
        return said

    with monkeypatch.context() as patch:
        patch.setattr(runner, "run", mortal)
        patch.setattr(git_workspace.workspace, "store", MortalStore(store, limit))
        yield


@pytest.fixture(autouse=True)
def _deaf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    isolate_git(monkeypatch, tmp_path / "home")


def git_workspaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[GitWorkspace, CallLimit]]:
    """A fresh yard for each moment, with a fuse that ends there."""
    for moment in count(1):
        workspace = Workspace("sqlite", tmp_path / f"state{moment}")
        yield (
            GitWorkspace(workspace, git_repository((tmp_path / f"yard{moment}" / "repo").resolve())),
            CallLimit(moment),
        )
        workspace.close()
        assert moment < MOST


def left(git_workspace: GitWorkspace) -> list[str]:
    """The worktrees that git knows, and the branches."""
    return [tree.path for tree in git_workspace.trees().listed()] + git(
        git_workspace.root, "branch", "--format=%(refname:short)"
    ).split()


def test_making_a_worktree_is_repeatable_wherever_it_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = 0
    for git_workspace, limit in git_workspaces(tmp_path, monkeypatch):
        try:
            with burning(git_workspace, limit, monkeypatch):
                git_workspace.make("one")
        except Killed:
            killed += 1
            repeated = git_workspace.make("one") if killed % 2 else repaired(git_workspace)
            assert isinstance(repeated, create.Made), repeated
            path = str(git_workspace.root / ".claude" / "worktrees" / "one")
            assert repeated.worktree.path == path
            assert git_workspace.known("one") == repeated.worktree
            assert left(git_workspace) == [str(git_workspace.root), path, "main", "one"]
            assert git(Path(path), "status", "--porcelain") == ""
        else:
            break
    assert killed > 15


def test_removing_a_worktree_is_repeatable_wherever_it_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = 0
    for git_workspace, limit in git_workspaces(tmp_path, monkeypatch):
        git_workspace.made("one")
        try:
            with burning(git_workspace, limit, monkeypatch):
                remove.remove_worktree(git_workspace.place, git_workspace.trees(), "one")
        except Killed:
            killed += 1
            if git_workspace.known("one") is not None:
                outcome = remove.remove_worktree(git_workspace.place, git_workspace.trees(), "one")
                assert isinstance(outcome, remove.Removed), outcome
            assert git_workspace.known("one") is None
            assert left(git_workspace) == [str(git_workspace.root), "main"]
            assert not (git_workspace.root / ".claude" / "worktrees").exists()
        else:
            break
    assert killed > 15


def repaired(git_workspace: GitWorkspace) -> create.Made | create.NotMade:
    """The other way to go on: `repair`, and then the command once more, which finds it made or makes it."""
    for one in repair.repair_worktrees(git_workspace.place, git_workspace.trees()):
        assert one.what in ("finished", "fine")
    return git_workspace.make("one")
