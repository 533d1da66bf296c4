"""The task list as a file on a real disk: what is kept when it is replaced, and what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from mcp_server.adapters.text_files import task_list_file
from mcp_server.adapters.text_files.task_list_file import TaskListFile
from mcp_server.domain.task_list import Unusable


class Desk:
    """A repository with a list that may be there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.state = root / ".git" / "interlock"
        self.state.mkdir(parents=True)
        self.where = "TASKS.md"
        self.path = root / "TASKS.md"
        self.file = TaskListFile(lambda: self.where, str(root), str(self.state))

    def refused(self) -> str:
        """Why the file is left alone."""
        with pytest.raises(Unusable) as caught:
            self.file.read()
        return str(caught.value)


@pytest.fixture
def desk(root: Path) -> Desk:
    return Desk(root)


def test_a_list_that_is_not_there_is_none(desk: Desk) -> None:
    assert (desk.file.read(), desk.file.signature(), desk.file.late(None)) == (None, None, None)


def test_a_list_is_begun_once(desk: Desk) -> None:
    assert desk.file.begin().read_bytes() == b"# Tasks\n"
    desk.path.write_bytes(b"mine")
    assert desk.file.begin().read_bytes() == b"mine"


def test_what_is_placed_is_there_and_nothing_beside_it(desk: Desk) -> None:
    desk.path.write_bytes(b"old")
    placed = desk.file.place(b"new", b"old")

    assert desk.path.read_bytes() == b"new"
    assert (placed.displaced, placed.signature) == (None, desk.file.signature())
    assert sorted(entry.name for entry in desk.root.iterdir()) == [".git", "TASKS.md"]
    assert [entry.name for entry in desk.state.iterdir()] == ["tasks_list.before"]


def test_a_signature_counts_only_when_the_next_change_would_show(desk: Desk) -> None:
    desk.path.write_bytes(b"old")
    os.utime(desk.path, (1_000_000_000, 1_000_000_000))
    found = desk.file.read()
    assert found is not None
    assert (found.content, found.signature) == (b"old", desk.file.signature())
    os.utime(desk.path, (4_000_000_000, 4_000_000_000))
    found = desk.file.read()
    assert found is not None
    assert found.signature != desk.file.signature()


def test_what_somebody_saved_in_between_is_handed_back(desk: Desk) -> None:
    desk.path.write_bytes(b"saved in between")
    placed = desk.file.place(b"new", b"old")
    assert (placed.displaced, desk.path.read_bytes()) == (b"saved in between", b"new")


def test_what_an_editor_writes_in_place_into_the_replaced_file_is_not_lost(desk: Desk) -> None:
    desk.path.write_bytes(b"old")
    with desk.path.open("r+b") as editor:
        seen = desk.file.place(b"new", b"old").signature
        assert desk.file.late(seen) is None
        editor.write(b"late words")
    assert desk.file.signature() != seen
    assert desk.file.late(seen) == b"late words"


def test_what_cannot_be_a_list_is_left_alone_and_said_in_words(desk: Desk) -> None:
    left = "It is left alone; the tasks are kept without it."
    desk.path.mkdir()
    assert desk.refused() == f"TASKS.md is no ordinary file. {left}"
    desk.where = "../TASKS.md"
    assert desk.refused() == f"{Path('..', 'TASKS.md')} lies outside the repository. {left}"


def test_a_list_may_lie_deeper_and_is_named_from_the_root(desk: Desk) -> None:
    (desk.root / "docs").mkdir()
    desk.where = "docs/../docs/PLAN.md"
    assert (desk.file.begin(), desk.file.name) == (desk.root / "docs/PLAN.md", str(Path("docs", "PLAN.md")))


def test_settings_that_cannot_be_read_are_told_of(desk: Desk) -> None:
    def broken() -> str:
        raise ValueError("no TOML")

    desk.file = TaskListFile(broken, str(desk.root), str(desk.state))
    assert "no TOML" in desk.refused()


def test_who_does_not_get_the_lock_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_list_file, "PATIENCE", 0)
    with (
        FileLock(desk.state / "tasks_list.lock"),
        pytest.raises(Unusable, match="lock is unavailable"),
        desk.file.locked(),
    ):
        pass
    with desk.file.locked():
        pass


def test_a_list_that_is_gone_when_it_is_to_be_written_is_told_of(desk: Desk) -> None:
    with pytest.raises(Unusable, match="can't be written"):
        desk.file.place(b"new", b"old")
    assert not desk.path.exists()
    assert list(desk.state.iterdir()) == []
