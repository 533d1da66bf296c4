"""A repository with real git in which worktrees are made, for the core and for the adapters alike."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_server.adapters.git.worktrees import GitTrees
from mcp_server.adapters.host.repository import repository_of
from mcp_server.adapters.worktree_setup.runner import HostStepRunner
from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees import create, set_up
from mcp_server.domain.worktree import Worktree
from tests.adapters.git_repositories import git, git_repository
from tests.workspace import Workspace


def isolate_git(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Keep git from the configuration of the person who runs the tests."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "CLAUDE_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("HOME", str(home))


class GitWorkspace:
    """One repository, its worktrees, and the workspace with their records."""

    def __init__(self, workspace: Workspace, root: Path) -> None:
        self.workspace = workspace
        self.root = root

    @property
    def place(self) -> Workplace:
        """What the operations of the core need."""
        return self.workspace.place

    def trees(self, pause: Callable[[float], None] = lambda _seconds: None) -> GitTrees:
        """The worktrees as git has them now."""
        return GitTrees(repository_of(str(self.root)), pause=pause)

    def made(self, name: str, *, base: str | None = None, branch: str | None = None) -> Worktree:
        """A worktree that is made."""
        outcome = self.make(name, base=base, branch=branch)
        assert isinstance(outcome, create.Made), outcome
        return outcome.worktree

    def make(self, name: str, *, base: str | None = None, branch: str | None = None) -> create.Made | create.NotMade:
        """The result of creating a worktree."""
        return create.make(self.place, self.trees(), name, base=base, branch=branch)

    def step_runner(self, worktree: Worktree) -> HostStepRunner:
        """The runner of its set-up steps."""
        log = self.root.parent / "logs" / f"{Path(worktree.path).name}.log"
        return HostStepRunner(self.trees().source, worktree.path, log=str(log))

    def set_up(self, worktree: Worktree) -> set_up.SetUp:
        """Make it ready."""
        return set_up.set_up(self.place, worktree, self.step_runner(worktree))

    def known(self, name: str) -> Worktree | None:
        """The record of a worktree."""
        with self.workspace.store.reading() as books:
            return books.worktrees.get(name)

    def commit(self, folder: Path, name: str, text: str = "x\n") -> str:
        """A commit that writes a file, in any worktree; its id."""
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", name)
        return git(folder, "rev-parse", "HEAD")


def git_workspace_in(workspace: Workspace, folder: Path) -> GitWorkspace:
    """A repository with one commit, in a folder whose links are resolved."""
    return GitWorkspace(workspace, git_repository(Path(os.path.realpath(folder)) / "repo"))
