"""The repositories as the reader of commands asks for them."""

from __future__ import annotations

from pathlib import Path

from mcp_server.adapters.git.bash_disk import GitDisk, ignored
from tests.adapters.git_repositories import git, git_repository


def test_git_answers_or_nothing_does(tmp_path: Path) -> None:
    root = git_repository(tmp_path / "repo")
    (root / "f").write_text("x")
    git(root, "add", "f")
    assert GitDisk().git(str(root), ["ls-files", "-z", "f"], 100) == "f\0"
    assert GitDisk().git(str(root), ["ls-files", "-z"], 1) is None
    assert GitDisk().git(str(tmp_path), ["rev-parse", "--show-toplevel"], 100) is None


def test_ignored_paths_are_told_apart_whether_they_exist_or_not(tmp_path: Path) -> None:
    root = git_repository(tmp_path / "repo")
    (root / ".gitignore").write_text("*.log\nbuild/\n")
    git_repository(root / "inner")
    names = ["a.log", "a.py", "build", "build/x", "inner/a.log"]
    assert ignored(str(root), names) == {"a.log", "build", "build/x"}


def test_a_link_among_the_paths_takes_the_answer_from_none_of_the_others(tmp_path: Path) -> None:
    root = git_repository(tmp_path / "repo")
    (root / ".gitignore").write_text("node_modules/\n")
    (root / "node_modules" / ".bin").mkdir(parents=True)
    (root / "node_modules" / ".bin" / "tool").symlink_to("../tool.js")
    (root / "linked").symlink_to("node_modules")
    names = ["node_modules/.bin/tool", "linked/x", "linked", "node_modules/tool.js"]
    assert ignored(str(root), names) == {"node_modules/.bin/tool", "node_modules/tool.js"}


def test_a_link_in_the_place_of_an_ignored_folder_is_ignored_too(tmp_path: Path) -> None:
    root = git_repository(tmp_path / "repo")
    (root / ".gitignore").write_text(".venv/\n/app/dist/\n")
    (root / "app" / "lib").mkdir(parents=True)
    (root / "app" / ".gitignore").write_text("out/\n")
    names = [".venv", "app/.venv", "app/dist", "app/lib/out", "dist", "out", "app/lib/dist"]
    for name in names:
        (root / name).symlink_to(tmp_path)
    assert ignored(str(root), names) == {".venv", "app/.venv", "app/dist", "app/lib/out"}
