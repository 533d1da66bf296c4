"""What git ignores is known without asking git: what exists, and what a build would create."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mcp_server.adapters.git.runner import answer
from mcp_server.sandbox import ignored

IGNORING = """
# comment
build/
/dist
node_modules
*.log
.env
parts/
docs/_build
!keep/
out[0-9]/
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    real = tmp_path.resolve() / "repo"
    for file in ("web/package.json", "web/src/a.ts", "docs/index.md", "package.json"):
        (real / file).parent.mkdir(parents=True, exist_ok=True)
        (real / file).touch()
    (real / ".gitignore").write_text(IGNORING)
    subprocess.run(["git", "init", "--quiet", str(real)], check=True)
    subprocess.run(["git", "-C", str(real), "add", "."], check=True)
    return real


def ignored_in(root: Path) -> tuple[list[str], list[str]]:
    file = ignored.file_of(str(root / ".git" / "interlock"), str(root))
    ignored.refresh(str(root), file, answer)
    directories, files = ignored.read(str(root), file)
    return relative(root, directories), relative(root, files)


def relative(root: Path, paths: list[str]) -> list[str]:
    return sorted(Path(path).relative_to(root).as_posix() for path in paths)


def test_directories_that_a_build_would_create_are_named_in_the_root_and_beside_packages(root: Path) -> None:
    directories, files = ignored_in(root)

    assert directories == ["build", "dist", "docs/_build", "node_modules", "web/build", "web/node_modules"]
    assert files == []


def test_an_existing_directory_is_named_once(root: Path) -> None:
    (root / "build" / "deep").mkdir(parents=True)
    (root / "build" / "deep" / "x").touch()
    (root / "npm.log").touch()
    (root / ".env").touch()

    directories, files = ignored_in(root)

    assert directories.count("build") == 1
    assert files == [".env", "npm.log"]


def test_the_stored_answer_stays_if_git_fails(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_bytes(b"dbuild\0")

    ignored.refresh(str(tmp_path / "nowhere"), str(file), answer)

    assert ignored.read("/r", str(file)) == (["/r/build"], [])


def test_without_a_file_nothing_is_ignored() -> None:
    assert ignored.read("/r", "/nowhere") == ([], [])


def test_each_worktree_has_a_file_of_its_own() -> None:
    assert ignored.file_of("/s", "/a") != ignored.file_of("/s", "/b")
