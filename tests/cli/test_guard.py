"""`interlock writes` as a person or a script uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    (root / "docs").mkdir(parents=True)
    (root / "docs" / "a.md").touch()
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    (root / ".gitignore").write_text("build/\n*.log\n")
    return root


def writes(place: Path, *words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "mcp_server"), "writes", *words],
        cwd=place,
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("echo hi > b; mkdir -p c/d", ["b", "c", "c/d"]),
        ("rm -r docs", ["docs", "docs/a.md"]),
        ("touch build/x a.log .git/x /tmp/x", []),
        ("git clone x sub; split docs/a.md docs/part_", ["docs/part_*", "sub", "sub/**"]),
        ("cat docs/a.md", []),
        ("mkdir build", []),
    ],
)
def test_paths_are_relative_sorted_and_what_git_keeps_or_ignores_is_left_out(
    repo: Path, command: str, paths: list[str]
) -> None:
    assert writes(repo, command) == {"writes": paths, "unknown": False, "why": []}


def test_a_command_is_read_where_it_would_run(repo: Path) -> None:
    assert writes(repo, "--cwd", "docs", "touch x ../y")["writes"] == ["docs/x", "y"]


def test_what_is_unknown_has_its_reasons(repo: Path) -> None:
    answer = writes(repo, "frobnicate")
    assert answer["unknown"]
    assert "`frobnicate`" in answer["why"][0]
