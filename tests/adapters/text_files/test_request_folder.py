"""The folder of requests: complete files, oldest first, none of which is ever overwritten or lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.adapters.host.file_stamp import stamp
from mcp_server.adapters.text_files.request_folder import FileRequests
from mcp_server.domain.worktree import Trouble


class Folder:
    """An inbox that somebody else writes into, also while it is looked at."""

    def __init__(self, folder: Path) -> None:
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        self.excluded = 0
        self.meanwhile: list[str] = []
        self.requests = FileRequests(
            self.inbox,
            folder / "outbox",
            folder / "state",
            exclude=self._exclude,
            now=lambda: 1_000.0,
            pause=self._pause,
        )

    def puts(self, name: str, text: str = "Work", at: float = 100.0) -> Path:
        file = self.inbox / name
        file.write_text(text)
        os.utime(file, (at, at))
        return file

    def _exclude(self) -> None:
        self.excluded += 1

    def _pause(self, _seconds: float) -> None:
        for name in self.meanwhile:
            with (self.inbox / name).open("a") as file:
                file.write(" and more")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def names(folder: Folder) -> list[str]:
    return [file.name for file in folder.requests.arrived()]


def test_they_come_oldest_first_and_only_files_that_are_requests(folder: Folder) -> None:
    for name, at in (
        ("b.md", 2.0),
        ("a.txt", 3.0),
        ("c", 1.0),
        ("none.py", 0.0),
        (".hidden.md", 0.0),
        ("x.md.tmp", 0.0),
        ("y~", 0.0),
        ("#z.md", 0.0),
    ):
        folder.puts(name, at=at)
    (folder.inbox / "folder.md").mkdir()

    assert names(folder) == ["c", "b.md", "a.txt"]
    assert folder.excluded == 1


def test_one_that_is_still_being_written_is_left_for_the_next_look(folder: Folder) -> None:
    folder.puts("slow.md", at=999.5)
    folder.puts("whole.md", at=999.5)
    folder.meanwhile = ["slow.md"]
    assert names(folder) == ["whole.md"]
    folder.meanwhile = []
    assert set(names(folder)) == {"slow.md", "whole.md"}


@pytest.mark.parametrize(
    ("content", "trouble"),
    [(b"\xff\xfe", "not UTF-8"), (b"a\0b", "not text"), (b"x" * 100_001, "more than"), (None, "no ordinary file")],
)
def test_what_cannot_be_read_says_why(folder: Folder, content: bytes | None, trouble: str) -> None:
    file = folder.inbox / "one.md"
    if content is None:
        folder.puts("real.py")
        file.symlink_to("real.py")
    else:
        file.write_bytes(content)
    [found] = folder.requests.arrived()
    assert found.text is None
    assert trouble in (found.trouble or "")


def test_a_file_is_moved_once_and_overwrites_none(folder: Folder) -> None:
    for expected in ("one.md", "one-2.md"):
        file = folder.puts("one.md", expected)
        seen = stamp(str(file))
        assert seen is not None
        assert folder.requests.set_aside("one.md", seen) == expected
        assert folder.requests.set_aside("one.md", seen) is None
        assert (folder.inbox / "taken" / expected).read_text() == expected


def test_another_file_of_the_name_stays(folder: Folder) -> None:
    seen = stamp(str(folder.puts("one.md", "the old one"))) or ""
    folder.puts("one.md", "the new one", at=200.0)
    assert folder.requests.set_aside("one.md", seen) is None
    assert (folder.inbox / "one.md").read_text() == "the new one"


def test_answers_and_requests_are_written_whole(folder: Folder) -> None:
    path = Path(folder.requests.answer("notes.txt", "It is done."))
    assert (path.name, path.read_text()) == ("notes.txt.md", "It is done.")
    assert Path(folder.requests.answer("a.md", "1")).name == "a.md"
    folder.puts("triage.md")
    assert Path(folder.requests.hand_in("triage.md", "Look")).name == "triage-2.md"


def test_two_workers_do_not_look_at_once(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcp_server.adapters.text_files.request_folder.PATIENCE", 0.0)
    with folder.requests.locked(), pytest.raises(Trouble), folder.requests.locked():
        raise AssertionError("both")


def test_without_a_folder_nothing_has_arrived(folder: Folder) -> None:
    folder.inbox.rmdir()
    assert names(folder) == []
    assert folder.excluded == 0
