"""Git is asked whether it ignores a place, and no more often than it must be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mcp_server.adapters.git import runner
from mcp_server.sandbox.supervisor.ignored_by_git import SECONDS, IgnoredByGit


class Asked:
    """Git, the questions it was asked, and a clock."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.time = 100.0

    def answer(self, root: str, *arguments: str, given: bytes = b"") -> bytes | None:
        self.questions.append(arguments[0])
        return runner.answer(root, *arguments, given=given)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("build/\n*.log\n!kept.log\n[Oo]bj/\n")
    (tmp_path / "build").mkdir()
    return tmp_path


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest.fixture
def ignored(root: Path, asked: Asked) -> IgnoredByGit:
    return IgnoredByGit(str(root), asked.answer, lambda: asked.time)


@pytest.mark.parametrize(
    ("path", "is_folder", "answer"),
    [
        ("a.log", False, True),
        ("deep/er/a.log", False, True),
        ("kept.log", False, False),
        ("build", True, True),
        ("build/x/y", False, True),
        ("obj", True, True),
        ("obj", False, False),
        ("Obj/x", False, True),
        ("a.txt", False, False),
    ],
)
def test_it_answers_as_git_does(root: Path, ignored: IgnoredByGit, path: str, is_folder: bool, answer: bool) -> None:
    assert ignored.covers(f"{root}/{path}", is_folder=is_folder) is answer


def test_below_an_ignored_folder_git_is_not_asked_again(root: Path, asked: Asked, ignored: IgnoredByGit) -> None:
    assert ignored.covers(f"{root}/build/first", is_folder=False)
    before = len(asked.questions)

    assert all(ignored.covers(f"{root}/build/deep/{number}", is_folder=False) for number in range(100))

    assert len(asked.questions) == before


def test_below_an_ignored_folder_with_tracked_files_it_is_asked_each_time(root: Path, ignored: IgnoredByGit) -> None:
    (root / "build" / "tracked").touch()
    subprocess.run(["git", "-C", str(root), "add", "--force", "build/tracked"], check=True)

    assert ignored.covers(f"{root}/build/new", is_folder=False)
    assert not ignored.covers(f"{root}/build/tracked", is_folder=False)


def test_a_no_is_asked_again_after_a_while(root: Path, asked: Asked, ignored: IgnoredByGit) -> None:
    assert not ignored.covers(f"{root}/a.txt", is_folder=False)
    (root / ".gitignore").write_text("a.txt\n")
    assert not ignored.covers(f"{root}/a.txt", is_folder=False)

    asked.time += SECONDS

    assert ignored.covers(f"{root}/a.txt", is_folder=False)


def test_without_an_answer_nothing_is_ignored(root: Path) -> None:
    assert not IgnoredByGit(str(root), lambda *_, **__: None, lambda: 0.0).covers(f"{root}/a.log", is_folder=False)


def test_of_the_files_that_git_has_it_is_asked_once_a_folder(root: Path, asked: Asked, ignored: IgnoredByGit) -> None:
    for number in range(20):
        folder = root / ("src[1]" if number % 2 else "src")
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.py").touch()
    subprocess.run(["git", "-C", str(root), "add", "src", "src[1]"], check=True)

    assert not any(ignored.covers(str(path), is_folder=False) for path in root.glob("src*/*.py"))

    assert asked.questions == ["ls-files", "ls-files"]
