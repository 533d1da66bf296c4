"""A hook's answer waits until files are quiet, up to a limit."""

from __future__ import annotations

import os
from pathlib import Path

from hooks.bash.wait_quiet import POLL_SECONDS, QUIET_SECONDS, until_quiet


class ScriptedTime:
    """Time that passes only while somebody pauses; now and then somebody edits."""

    def __init__(self, file: Path, edits: tuple[float, ...] = ()) -> None:
        self.time = 1_000.0
        self._file = file
        self._edits = [1_000.0, *(1_000.0 + edit for edit in edits)]
        self._edit()

    def pause(self, seconds: float) -> None:
        self.time += seconds
        self._edit()

    def wait(self, most: float) -> float | None:
        return until_quiet(
            [str(self._file), "/nowhere/at all"],
            most=most,
            now=lambda: self.time,
            passing=lambda: self.time,
            pause=self.pause,
        )

    def _edit(self) -> None:
        while self._edits and self._edits[0] <= self.time:
            at = self._edits.pop(0)
            self._file.touch()
            os.utime(self._file, (at, at))


def test_files_that_have_been_quiet_are_not_waited_for(tmp_path: Path) -> None:
    time = ScriptedTime(tmp_path / "a")
    time.time += 60
    assert time.wait(30) is None
    assert time.time == 1_060


def test_it_waits_until_the_last_edit_was_some_seconds_ago(tmp_path: Path) -> None:
    time = ScriptedTime(tmp_path / "a", edits=(3, 6, 10))
    assert time.wait(30) == QUIET_SECONDS
    assert time.time == 1_010 + QUIET_SECONDS


def test_it_gives_up_in_time(tmp_path: Path) -> None:
    time = ScriptedTime(tmp_path / "a", edits=tuple(range(60)))
    assert time.wait(8) is None
    assert 1_008 <= time.time <= 1_008 + POLL_SECONDS


def test_a_file_that_is_gone_is_not_waited_for(tmp_path: Path) -> None:
    def pause(_seconds: float) -> None:
        raise AssertionError("there is nothing to wait for")

    for paths in ([str(tmp_path / "none")], []):
        assert until_quiet(paths, most=30, now=lambda: 100.0, pause=pause) is None
