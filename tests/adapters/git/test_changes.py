"""What changed in a worktree since a moment, as git and the files' times tell."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from mcp_server.adapters.git import changes

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid"]
FUTURE = 4_000_000_000.0
"""A moment that no file of a test can be younger than, unless it is given such a time."""


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    (root / "src").mkdir(parents=True)
    for name in ("src/a", "src/b", "c"):
        (root / name).write_text("one\n")
    (root / ".gitignore").write_text("*.log\nbuild/\n")
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*GIT, *arguments], cwd=root, check=True)
    return root


def found(repo: Path, moment: float, known: tuple[str, ...] = ()) -> dict[str, tuple[bool, bool]]:
    listed = changes.since(str(repo), moment, known)
    assert listed is not None
    return {change.path: (change.content, change.tracked) for change in listed}


def test_changed_new_and_deleted_files_are_found_and_ignored_ones_are_not(repo: Path) -> None:
    (repo / "src/a").write_text("two\n")
    (repo / "new").write_text("x")
    (repo / "x.log").write_text("x")
    (repo / "src/b").unlink()
    assert found(repo, 0) == {"src/a": (True, True), "src/b": (True, True), "new": (True, False)}


def test_what_is_older_than_the_moment_is_left_out(repo: Path) -> None:
    (repo / "src/a").write_text("two\n")
    (repo / "src/b").unlink()
    (repo / "new").write_text("x")
    os.utime(repo / "new", (FUTURE + 1, FUTURE + 1))
    assert found(repo, FUTURE) == {"new": (True, False)}


def test_a_mode_alone_is_no_change_of_the_content(repo: Path) -> None:
    os.utime(repo / "c", (1_000_000_000, 1_000_000_000))
    (repo / "c").chmod(0o755)
    assert found(repo, (repo / "c").stat().st_ctime) == {"c": (False, True)}


def test_a_file_that_was_put_back_is_found_when_it_was_known_to_differ(repo: Path) -> None:
    moment = (repo / "src/a").stat().st_ctime
    assert found(repo, moment, known=("src/a", "gone", "src")) == {"src/a": (True, True), "src": (True, True)}
    assert found(repo, FUTURE, known=("src/a",)) == {}


def test_strange_names_are_read(repo: Path) -> None:
    for name in ('a "quoted" name', "two\nlines", "ümläut", "- leading"):
        (repo / name).write_text("x")
    assert set(found(repo, 0)) == {'a "quoted" name', "two\nlines", "ümläut", "- leading"}


def test_where_git_can_not_tell_nothing_is_claimed(tmp_path: Path) -> None:
    assert changes.since(str(tmp_path), 0) is None
    assert changes.since(str(tmp_path / "none"), 0) is None
