"""The worktrees of a repository, other processes at work in it included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.adapters.git import runner
from mcp_server.adapters.git.worktrees import GitTrees
from mcp_server.adapters.host.process_lock import process_lock
from mcp_server.adapters.host.repository import repository_of
from mcp_server.adapters.host.run_program import Ran
from mcp_server.domain.worktree import Occupied, Trouble
from tests.adapters.git_repositories import git, git_repository


@pytest.fixture
def repo(root: Path) -> Path:
    return git_repository(root / "repo")


def trees(repo: Path) -> GitTrees:
    return GitTrees(repository_of(str(repo)), pause=lambda _seconds: None)


def test_a_lock_of_somebody_elses_git_is_waited_for(repo: Path) -> None:
    lock = repo / ".git" / "refs" / "heads" / "one.lock"
    lock.touch()
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            lock.unlink()

    GitTrees(repository_of(str(repo)), pause=pause).make(str(repo.parent / "one"), "one", "HEAD")

    assert pauses == list(runner.PAUSES[:3])
    assert git(repo.parent / "one", "branch", "--show-current") == "one"


def test_a_repository_of_somebody_else_is_named_as_git_wants_it_named(
    repo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = repo.parent / "config"
    script = f"GIT_TEST_ASSUME_DIFFERENT_OWNER=1 GIT_CONFIG_GLOBAL={config} exec {shutil.which('git')}"
    (repo.parent / "bin").mkdir()
    (repo.parent / "bin" / "git").write_text(f'#!/bin/sh\n{script} "$@"\n')
    (repo.parent / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{repo.parent / 'bin'}:{os.environ['PATH']}")
    with pytest.raises(Trouble, match=f"--add safe.directory {repo}$"):
        trees(repo)
    git(repo, "config", "--file", str(config), "safe.directory", str(repo))
    assert [tree.path for tree in trees(repo).listed()] == [str(repo)]


def test_a_git_that_is_too_old_is_named(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = Ran(129, b"", b"error: unknown switch `z'\nusage: git worktree list [<options>]\n")
    monkeypatch.setattr(runner, "run", lambda *_words, **_options: usage)
    with pytest.raises(Trouble, match=r"git 2\.36 or newer is needed: unknown switch"):
        trees(repo)


def test_a_lock_that_stays_is_named(repo: Path) -> None:
    (repo / ".git" / "refs" / "heads" / "one.lock").touch()
    with pytest.raises(Trouble, match=r"one\.lock"):
        trees(repo).make(str(repo.parent / "one"), "one", "HEAD")


def test_the_default_branch_is_what_the_remote_says_or_the_usual_one(repo: Path) -> None:
    assert trees(repo).default_branch() == "main"
    git(repo, "branch", "trunk")
    git(repo, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    git(repo, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk")
    assert trees(repo).default_branch() == "trunk"


def test_beside_a_bare_repository_the_checkout_of_its_default_branch_is_the_source(repo: Path) -> None:
    bare = repo.parent / "bare.git"
    git(repo.parent, "clone", "--quiet", "--bare", str(repo), str(bare))
    assert trees(bare).source is None
    git(bare, "worktree", "add", "--quiet", str(repo.parent / "home"), "main")
    assert trees(bare).source == str(repo.parent / "home")
    assert trees(repo).source == str(repo)


def test_git_that_a_killed_command_has_started_keeps_others_out(repo: Path) -> None:
    hook = repo / ".git" / "hooks" / "post-checkout"
    pipe = repo.parent / "pipe"
    os.mkfifo(pipe)
    hook.write_text(f"#!/bin/sh\nkill -9 $KILLED\nread line < {pipe}\n")
    hook.chmod(0o755)
    make = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
os.environ["KILLED"] = str(os.getpid())
from mcp_server.adapters.host.repository import repository_of
from mcp_server.adapters.git.worktrees import GitTrees
trees = GitTrees(repository_of({str(repo)!r}))
with trees.locked():
    trees.make({str(repo.parent / "one")!r}, "one", "HEAD")
"""
    killed = subprocess.run([sys.executable, "-c", make], check=False)
    assert killed.returncode == -9
    lock = str(repo / ".git" / "interlock" / "worktrees" / "making.lock")
    with pytest.raises(Occupied), process_lock(lock, patience=0):
        pass
    pipe.write_text("go on\n")
    with process_lock(lock, patience=30):
        assert [tree.branch for tree in trees(repo).listed()] == ["main", "one"]
