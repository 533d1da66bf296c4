"""Copies of what agents edited: one of each file, and what was lost is put where nothing overwrites it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.adapters.host import edit_backups
from mcp_server.adapters.host.repository import Repository


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    root = tmp_path / "repo"
    (root / ".git" / "interlock").mkdir(parents=True)
    return Repository(str(root), str(root / ".git" / "interlock"), str(root))


def write(repository: Repository, path: str, text: str) -> Path:
    file = Path(repository.root) / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def rescued(repository: Repository, path: str) -> str | None:
    safe = edit_backups.rescue(repository, path)
    return None if safe is None else Path(safe).read_text()


def test_the_last_copy_is_what_comes_back_once(repository: Repository) -> None:
    for text in ("one", "two"):
        write(repository, "src/a b.py", text)
        edit_backups.keep(repository, "src/a b.py")
    write(repository, "src/a b.py", "overwritten")
    assert rescued(repository, "src/a b.py") == "two"
    assert rescued(repository, "src/a b.py") is None
    assert rescued(repository, "src/none") is None


def test_a_file_that_is_still_as_it_was_kept_is_not_lost(repository: Repository) -> None:
    file = write(repository, "a", "same")
    edit_backups.keep(repository, "a")
    assert rescued(repository, "a") is None
    file.unlink()
    assert rescued(repository, "a") == "same"


def test_several_that_were_lost_are_all_kept_up_to_a_bound(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit_backups, "MOST_LOST", 3)
    safe = []
    for number in range(5):
        write(repository, "a", f"{number}")
        edit_backups.keep(repository, "a")
        write(repository, "a", "x")
        file = edit_backups.rescue(repository, "a")
        assert file is not None
        os.utime(file, (number, number))
        safe.append(Path(file))
    assert [file.exists() for file in safe] == [False, False, True, True, True]


def test_links_large_files_and_folders_are_not_copied(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edit_backups, "LARGEST", 10)
    write(repository, "large", "x" * 11)
    write(repository, "folder/x", "x")
    (Path(repository.root) / "link").symlink_to("folder/x")
    for path in ("large", "folder", "link", "none"):
        edit_backups.keep(repository, path)
        assert rescued(repository, path) is None


def test_a_folder_in_the_way_costs_only_the_copy(repository: Repository) -> None:
    write(repository, "a/b", "x")
    edit_backups.keep(repository, "a/b")
    (Path(repository.root) / "a/b").unlink()
    (Path(repository.root) / "a").rmdir()
    write(repository, "a", "now a file")
    edit_backups.keep(repository, "a")
    assert rescued(repository, "a") is None


def test_old_copies_are_forgotten(repository: Repository) -> None:
    for name in ("old", "new"):
        write(repository, name, name)
        edit_backups.keep(repository, name)
        write(repository, name, "x")
    [old] = Path(repository.state).glob("copies/*/old")
    os.utime(old, (1_000, 1_000))
    edit_backups.sweep(repository.state, 1_000 + edit_backups.KEPT_SECONDS + 1)
    assert [rescued(repository, name) for name in ("old", "new")] == [None, "new"]


def test_the_oldest_copies_go_when_all_together_take_too_much(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edit_backups, "MOST_BYTES", 25)
    for number in range(4):
        write(repository, f"file-{number}", "0123456789")
        edit_backups.keep(repository, f"file-{number}")
        copy = next(Path(repository.state, "copies").rglob(f"file-{number}"))
        os.utime(copy, (number, number))
    edit_backups.sweep(repository.state, 10.0)
    assert sorted(path.name for path in Path(repository.state, "copies").rglob("file-*")) == ["file-2", "file-3"]
