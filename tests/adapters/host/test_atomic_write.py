"""A file is replaced whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from mcp_server.adapters.host.atomic_write import private_folder, remove, replace


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_file_is_made_or_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    for content in (b"one", b"two"):
        replace(str(file), content)
        assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


def test_permissions_are_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    file.chmod(0o640)
    replace(str(file), b"x", is_persons=True)
    assert mode(file) == 0o640
    file.chmod(0o700)
    replace(str(file), b"x")
    assert mode(file) != 0o700


def test_what_cannot_be_replaced_stays_and_no_draft_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"before")

    def full(_one: str, _other: str) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="full"):
        replace(str(file), b"after")
    monkeypatch.undo()
    assert file.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [file]
    with pytest.raises(FileNotFoundError):
        replace(str(tmp_path / "gone" / "file"), b"x")


def test_a_file_that_is_gone_may_be_removed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for _ in range(2):
        remove(str(tmp_path / "file"))
    assert os.listdir(tmp_path) == []  # noqa: PTH208  the names are enough


def test_what_is_written_is_for_its_owner_alone_unless_it_is_a_persons(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    private_folder(folder)
    private_folder(folder)
    replace(str(folder / "state"), b"x")
    replace(str(folder / "notes.md"), b"x", is_persons=True)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (folder.parent, folder, folder / "state")] == [
        0o700,
        0o700,
        0o600,
    ]
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((folder / "notes.md").stat().st_mode) == 0o666 & ~umask
