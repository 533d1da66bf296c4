"""Two merges into one base at the same time: both land, one after the other, and nothing of either is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.adapters.git import git, repository

ROOT = Path(__file__).parents[2]
CHECK = """
mkdir {folder}/first || mkdir {folder}/second || exit 0
echo here >{folder}/met
read go <{folder}/go
"""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository in use with the branches `one` and `two`, each with a file of its own."""
    root = repository(tmp_path / "repo")
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
        [sys.executable, "-I", str(ROOT / "mcp_server"), *words], cwd=root, stdout=subprocess.DEVNULL,
        env={**kept, "LOGNAME": "pat", "GIT_CONFIG_GLOBAL": os.devnull},
    )  # fmt: skip


def test_two_merges_that_began_from_the_same_base_both_land(repo: Path, tmp_path: Path) -> None:
    before = git(repo, "rev-parse", "main")
    met, go = tmp_path / "met", tmp_path / "go"
    for pipe in (met, go):
        os.mkfifo(pipe)
    running = [merge(repo, "merge", name, "--check", CHECK.format(folder=tmp_path)) for name in ("one", "two")]
    here = 0
    while here < 2:  # both are in their check now, and none has moved the base
        here += met.read_text().count("here")
    assert git(repo, "rev-parse", "main") == before
    go.write_text("go\ngo\n")
    assert [one.wait() for one in running] == [0, 0]
    assert set(git(repo, "log", "--format=%s").splitlines()) >= {"first", "one", "two"}
    assert [(repo / name).read_text() for name in ("one", "two")] == ["one\n", "two\n"]
    assert git(repo, "status", "--porcelain") == ""
    assert len(git(repo, "worktree", "list").splitlines()) == 1
