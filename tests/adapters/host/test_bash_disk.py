"""The disk as the reader of commands asks for it."""

from __future__ import annotations

import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from mcp_server.adapters.host.bash_disk import Disk
from tests.adapters.git_repositories import git_repository


@pytest.fixture
def disk() -> Disk:
    return Disk()


def test_what_is_not_there_is_answered_without_an_error(disk: Disk, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    assert not disk.exists(missing)
    assert not disk.is_dir(missing)
    assert disk.entries(missing) == []
    assert disk.text(missing, 10) is None
    assert disk.mode(missing) is None
    assert disk.status(missing) is None
    assert disk.members(missing) is None
    assert disk.other_names(missing) == []
    assert disk.target(missing) == ""
    assert disk.real("a\0b") == "a\0b"


def test_only_small_texts_are_read(disk: Disk, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("é")
    (tmp_path / "binary").write_bytes(b"\x01\x02\x03")
    assert disk.text(str(tmp_path / "text"), 10) == "é"
    assert disk.text(str(tmp_path / "text"), 1) is None
    assert disk.text(str(tmp_path / "binary"), 10) is None
    assert disk.text(str(tmp_path), 10) is None


def test_links_are_followed_or_not_as_asked(disk: Disk, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("file")
    link = str(tmp_path / "link")
    assert disk.is_link(link)
    assert disk.target(link) == "file"
    assert disk.real(link) == os.path.realpath(tmp_path / "file")


def test_hard_links_are_found_in_the_whole_repository(disk: Disk, tmp_path: Path) -> None:
    root = git_repository(tmp_path / "repo")
    (root / "a").mkdir()
    (root / "a" / "one").write_text("x")
    os.link(root / "a" / "one", root / "two")
    assert disk.other_names(str(root / "two")) == [str(root / "a" / "one")]


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_the_members_of_an_archive_are_listed(disk: Disk, tmp_path: Path, kind: str) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "f").write_text("x")
    archive = str(tmp_path / f"a.{kind}")
    if kind == "tar":
        with tarfile.open(archive, "w:gz") as made:
            made.add(tmp_path / "d", "d")
    else:
        with zipfile.ZipFile(archive, "w") as packed:
            packed.write(tmp_path / "d", "d")
            packed.write(tmp_path / "d" / "f", "d/f")
    assert disk.members(archive) == ["d/", "d/f"]
    (tmp_path / "broken").write_bytes(b"PK\x03\x04")
    assert disk.members(str(tmp_path / "broken")) is None
