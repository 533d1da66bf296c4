"""Two merges into one base at the same time: both land, one after the other, and nothing of either is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from io import FileIO
from pathlib import Path

import pytest

from tests.adapters.git_repositories import git, git_repository

ROOT = Path(__file__).parents[2]
CHECK = """
mkdir {folder}/first || mkdir {folder}/second || exit 0
echo here >{folder}/met
read go <{folder}/go
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository in use with the branches `one` and `two`, each with a file of its own."""
    root = git_repository(tmp_path / "repo")
    for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
        git(root, "config", name, value)
    for name in ("one", "two"):
        git(root, "checkout", "--quiet", "-b", name, "main")
        (root / name).write_text(f"{name}\n")
        git(root, "add", "--all")
        git(root, "commit", "--quiet", f"--message={name}")
    git(root, "checkout", "--quiet", "main")
    assert merge(root, "init").wait() == 0
    return root


def merge(root: Path, *words: str) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLAUDE", "GIT_"))}
    return subprocess.Popen(
        [sys.executable, "-I", str(ROOT / "mcp_server"), *words],
        cwd=root,
        stdout=subprocess.DEVNULL,
        env={**kept, "LOGNAME": "pat", "GIT_CONFIG_GLOBAL": os.devnull},
    )


def open_pipe(path: Path) -> FileIO:
    """A new pipe, open at both ends: what one process writes or leaves in it waits for the other to come."""
    os.mkfifo(path)
    return path.open("r+b", buffering=0)


def test_two_merges_that_began_from_the_same_base_both_land(repo: Path, tmp_path: Path) -> None:
    before = git(repo, "rev-parse", "main")
    met, go = tmp_path / "met", tmp_path / "go"
    with open_pipe(met) as arrivals, open_pipe(go) as way_on:
        running = [merge(repo, "merge", name, "--check", CHECK.format(folder=tmp_path)) for name in ("one", "two")]
        # both are in their check now, and none has moved the base
        assert [arrivals.read(5), arrivals.read(5)] == [b"here\n", b"here\n"]
        assert git(repo, "rev-parse", "main") == before
        way_on.write(b"go\ngo\n")
        assert [one.wait() for one in running] == [0, 0]
    assert set(git(repo, "log", "--format=%s").splitlines()) >= {"first", "one", "two"}
    assert [(repo / name).read_text() for name in ("one", "two")] == ["one\n", "two\n"]
    assert git(repo, "status", "--porcelain") == ""
    assert len(git(repo, "worktree", "list").splitlines()) == 1
