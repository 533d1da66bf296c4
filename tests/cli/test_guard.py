"""`interlock writes` and `interlock check --command` as a person or a script uses them."""

from __future__ import annotations

import json
import os
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


def interlock(place: Path, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(ROOT / "mcp_server"), *words],
        cwd=place,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")},
    )


def writes(place: Path, *words: str) -> dict[str, Any]:
    done = interlock(place, "writes", *words)
    assert done.returncode == 0, done.stderr
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
    assert writes(repo, command) == {"writes": paths, "possible": [], "unknown": False, "why": []}


def test_a_command_is_read_where_it_would_run(repo: Path) -> None:
    assert writes(repo, "--cwd", "docs", "touch x ../y")["writes"] == ["docs/x", "y"]


def test_what_is_unknown_has_its_reasons(repo: Path) -> None:
    answer = writes(repo, "frobnicate")
    assert answer["unknown"]
    assert "`frobnicate`" in answer["why"][0]


@pytest.fixture
def claimed(repo: Path) -> Path:
    """The repository in use; `ada` has claimed docs, `bob` the rest of src."""
    plan = {"tasks": [{"id": "D", "title": "D", "scope": ["docs/**"]}, {"id": "S", "title": "S", "scope": ["src/**"]}]}
    assert interlock(repo, "init").returncode == 0
    assert interlock(repo, "plan", "-", given=json.dumps(plan)).returncode == 0
    for name, task in (("ada", "D"), ("bob", "S")):
        assert interlock(repo, "claim", task, "--as", name).returncode == 0
    return repo


@pytest.mark.parametrize(
    ("command", "code", "answer"),
    [
        ("echo x > docs/a.md", 0, {"allowed": True, "writes": ["docs/a.md"], "possible": [], "unknown": False}),
        ("npm install", 0, {"allowed": True, "writes": [], "possible": ["node_modules/**", "package-lock.json"]}),
        ("frobnicate", 0, {"allowed": True, "unknown": True, "why": ["Cannot tell what `frobnicate` writes."]}),
        ("rm -rf src", 0, {"allowed": True, "writes": []}),
        ("echo x > src/y", 1, {"allowed": False, "holder": "bob", "task": "S", "writes": ["src/y"]}),
        ("git switch -c x", 1, {"allowed": False, "holder": "bob", "task": "S"}),
        ("echo x > other", 1, {"allowed": False, "task": "D"}),
    ],
)
def test_a_command_is_decided_as_the_hook_decides_it(
    claimed: Path, command: str, code: int, answer: dict[str, Any]
) -> None:
    if "src/" in command:
        (claimed / "src").mkdir()
    done = interlock(claimed, "check", "--command", command, "--as", "ada", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, {name: found.get(name) for name in answer}) == (code, answer)
    assert found["reason"]


def test_a_person_sees_the_decision_and_what_is_written(claimed: Path) -> None:
    done = interlock(claimed, "check", "--command", "touch x; uv sync", "--cwd", "docs", "--as", "ada")
    assert done.returncode == 0
    for words in ("yes", "writes docs/x", "may write docs/uv.lock", "unknown: `uv sync` runs code"):
        assert words in done.stdout


def test_a_command_and_paths_are_not_checked_together(claimed: Path) -> None:
    assert interlock(claimed, "check", "docs/a.md", "--command", "ls").returncode == 2


def test_where_interlock_is_not_in_use_every_command_runs(repo: Path) -> None:
    done = interlock(repo, "check", "--command", "rm -rf docs", "--json")
    assert done.returncode == 0
    assert "not in use" in json.loads(done.stdout)["reason"]
