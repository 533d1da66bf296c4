"""One process at a time holds a lock."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.host.file_lock import LockBusy, file_lock


def test_a_lock_that_another_holds_is_refused_with_its_name_and_then_free_again(tmp_path: Path) -> None:
    file = tmp_path / "lock"
    busy = pytest.raises(LockBusy, match=f"has held {file} for more than 0 s")
    with file_lock(file, patience=0), busy, file_lock(file, patience=0):
        raise AssertionError("two at once")
    with file_lock(file, patience=0):
        pass


def test_the_lock_is_free_after_an_exception(tmp_path: Path) -> None:
    with pytest.raises(KeyError), file_lock(tmp_path / "lock", patience=0):
        raise KeyError
    with file_lock(tmp_path / "lock", patience=0):
        pass
