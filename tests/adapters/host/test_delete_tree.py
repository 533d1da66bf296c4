"""A folder is deleted with all that is in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.adapters.host.delete_tree import delete
from mcp_server.domain.worktree import Trouble


def test_what_was_made_read_only_is_deleted_and_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine").touch()
    folder = tmp_path / "tree" / "mod" / "pkg"
    folder.mkdir(parents=True)
    (folder / "a.go").touch()
    (tmp_path / "tree" / "link").symlink_to(outside)
    (folder / "a.go").chmod(0o400)
    for read_only in (folder, folder.parent):
        read_only.chmod(0o500)
    delete(str(tmp_path / "tree"))
    assert not (tmp_path / "tree").exists()
    assert (outside / "mine").exists()
    delete(str(tmp_path / "tree"))


def test_what_cannot_be_deleted_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tree").mkdir()
    for name in ("busy", "free"):
        (tmp_path / "tree" / name).touch()
    unlink = os.unlink

    def refusing(path: str, **options: int) -> None:
        if os.fspath(path).endswith("busy"):
            raise PermissionError(path)
        unlink(path, **options)

    monkeypatch.setattr(os, "unlink", refusing)
    with pytest.raises(Trouble, match=r"cannot be deleted: .*/tree/busy; the rest is gone"):
        delete(str(tmp_path / "tree"))
    assert [path.name for path in (tmp_path / "tree").iterdir()] == ["busy"]
