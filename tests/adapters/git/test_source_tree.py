"""The files of a repository, as a reader of build output asks for them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mcp_server.adapters.git import source_tree
from mcp_server.adapters.git.source_tree import SourceTree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("src/a.py", "src/deep/b.py", "node_modules/x/a.py", "new.py"):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n")
    return tmp_path


@pytest.fixture
def versioned(root: Path) -> Path:
    (root / ".gitignore").write_text("node_modules\n")
    for command in (["init", "-q"], ["add", "src"]):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


def test_a_file_is_found_by_the_end_of_its_path_tracked_or_new(versioned: Path) -> None:
    tree = SourceTree(str(versioned))
    assert tree.find("a.py") == ["src/a.py"]
    assert tree.find("deep/b.py") == ["src/deep/b.py"]
    assert tree.find("new.py") == ["new.py"]
    assert tree.find("eep/b.py") == []


def test_a_file_that_git_knows_and_that_is_gone_is_not_found(versioned: Path) -> None:
    (versioned / "src/a.py").unlink()
    assert SourceTree(str(versioned)).find("a.py") == []


def test_files_are_found_without_git_too(root: Path) -> None:
    assert SourceTree(str(root)).find("a.py") == ["src/a.py"]


def test_a_search_outside_git_ends(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_tree, "MOST_FILES", 1)
    assert SourceTree(str(root)).find("b.py") == []


def test_git_is_not_waited_for_for_ever(versioned: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_tree, "SECONDS", -1.0)
    assert SourceTree(str(versioned)).find("deep/b.py") == ["src/deep/b.py"]


def test_only_files_of_the_repository_are_files(root: Path) -> None:
    tree = SourceTree(str(root))
    assert tree.is_file("src/a.py")
    assert not tree.is_file("src")
    assert not tree.is_file("gone.py")
    assert not tree.is_file("a\0b")
    assert not tree.is_file("\ud800")


def test_text_is_read_from_the_repository_alone(root: Path) -> None:
    (root / "outside").symlink_to("/etc/hostname")
    tree = SourceTree(str(root))
    assert tree.text("src/a.py") == "# src/a.py\n"
    assert tree.text("gone.py") == ""
    assert tree.text("outside") == ""
    assert tree.text("../" + root.name + "x") == ""
