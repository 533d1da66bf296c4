"""Which commits were made in a scope since a moment."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mcp_server.adapters.git import commits

MOMENT = 1_800_000_000


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    root.mkdir()
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    for number, path in enumerate(("src/a/x", "src/b/x", "docs/x", "src/a/gen/x")):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")
        commit(root, f"Write {path}", MOMENT + 10 * number)
    return root


def commit(root: Path, message: str, at: int) -> None:
    subprocess.run(["git", "-C", str(root), "add", "-A"], check=True)
    who = ["-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    when = {"GIT_AUTHOR_DATE": f"@{at} +0000", "GIT_COMMITTER_DATE": f"@{at} +0000", "PATH": "/usr/bin:/bin"}
    subprocess.run(["git", "-C", str(root), *who, "commit", "-q", "-m", message], check=True, env=when)


def subjects(root: Path, moment: float, *patterns: str) -> list[str]:
    return [line.partition(" ")[2] for line in commits.since(str(root), moment, patterns)]


def test_those_in_the_scope_since_the_moment_newest_first(repo: Path) -> None:
    assert subjects(repo, MOMENT, "src/**") == ["Write src/a/gen/x", "Write src/b/x", "Write src/a/x"]
    assert subjects(repo, MOMENT + 5, "src/**") == ["Write src/a/gen/x", "Write src/b/x"]
    assert subjects(repo, MOMENT, "{docs,src/b}") == ["Write docs/x", "Write src/b/x"]
    assert subjects(repo, MOMENT, "src/a", "!src/a/gen") == ["Write src/a/x"]


def test_where_git_can_not_tell_there_are_none(repo: Path, tmp_path: Path) -> None:
    assert subjects(repo, MOMENT) == []
    assert subjects(tmp_path, MOMENT, "src/**") == []
    assert subjects(tmp_path / "none", MOMENT, "src/**") == []
