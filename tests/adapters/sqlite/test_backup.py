"""The backup of a state: what is kept, what is restored, and what is refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from mcp_server.adapters.sqlite import backup
from mcp_server.adapters.sqlite.store import SqliteStore, create
from mcp_server.domain.decision import Policy
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.scopes.scope import parse
from tests.workspace import FakeClock, draft


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "interlock" / "state.db"
    create(file)
    plan(file, "A")
    return file


def opened(file: Path) -> SqliteStore:
    return SqliteStore(file, clock=FakeClock(), policy=lambda: Policy("enforce", "allow", parse([])), busy_seconds=0.1)


def plan(file: Path, task: str) -> None:
    store = opened(file)
    with store.writing() as books:
        books.tasks.add([draft(task)])
    store.close()


def tasks(file: Path) -> list[str]:
    store = opened(file)
    with store.reading() as books:
        found = [task.id for task in books.tasks.open(9)]
    store.close()
    return found


def lose(file: Path, how: str) -> None:
    for ending in ("-wal", "-shm", ""):
        Path(f"{file}{ending}").unlink(missing_ok=True)
    if how == "empty":
        file.touch()
    elif how == "garbage":
        file.write_bytes(b"no database at all " * 500)


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_lost_state_is_refused_and_never_replaced_by_an_empty_one(file: Path, how: str) -> None:
    lose(file, how)
    with pytest.raises(StateUnavailable, match=r"gone or empty, although .*no backup; .*starts anew with: rm -r"):
        opened(file)
    create(file)
    with pytest.raises(StateUnavailable, match="gone or empty"):
        opened(file)
    assert file.exists() == (how == "empty")


def test_a_file_without_a_schema_is_a_lost_state(file: Path) -> None:
    lose(file, "gone")
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE x (y)")
    connection.close()
    with pytest.raises(StateUnavailable, match="gone or empty"):
        opened(file)


@pytest.mark.parametrize("how", ["gone", "empty", "garbage"])
def test_the_backup_brings_a_lost_state_back(file: Path, how: str) -> None:
    assert backup.keep(file)
    plan(file, "B")
    lose(file, how)
    if how != "garbage":
        with pytest.raises(StateUnavailable, match=r"backup of 20\S+ with: interlock doctor --repair"):
            opened(file)
    restored = backup.restore(file)
    assert tasks(file) == ["A"]
    assert (restored.kept is None) == (how == "gone")
    assert restored.at == backup.kept_at(file)


def test_the_log_of_a_broken_state_does_not_get_into_the_restored_one(file: Path) -> None:
    assert backup.keep(file)
    store = opened(file)
    with store.writing() as books:
        books.tasks.add([draft("LATE")])
    file.write_bytes(b"x" * 10_000)  # while its log is there and open
    backup.restore(file)
    assert tasks(file) == ["A"]
    store.close()
    assert tasks(file) == ["A"], "closing the old one must not touch the new one"


def test_a_damaged_state_leaves_the_earlier_backup(file: Path) -> None:
    assert backup.keep(file)
    before = (file.parent / "backup.db").read_bytes()
    lose(file, "garbage")
    assert not backup.keep(file)
    assert (file.parent / "backup.db").read_bytes() == before
    assert sorted(path.name for path in file.parent.iterdir()) == ["backup.db", "state.db"]


def test_without_a_good_backup_nothing_is_touched(file: Path) -> None:
    (file.parent / "backup.db").write_bytes(b"no backup")
    lose(file, "garbage")
    with pytest.raises(StateUnavailable, match="cannot be restored"):
        backup.restore(file)
    assert file.read_bytes().startswith(b"no database")


def test_a_backup_is_made_while_somebody_writes(file: Path) -> None:
    store = opened(file)
    with store.writing() as books:
        books.tasks.add([draft("B")])
        assert backup.keep(file)
    store.close()
    assert backup.is_whole(file.parent / "backup.db")


def test_an_open_store_follows_a_file_that_was_replaced_and_refuses_one_that_is_gone(file: Path) -> None:
    store = opened(file)
    backup.keep(file)
    lose(file, "gone")
    with pytest.raises(StateUnavailable, match="gone or empty"), store.writing() as books:
        books.tasks.add([draft("NEVER")])
    backup.restore(file)
    with store.writing() as books:
        books.tasks.add([draft("B")])
    store.close()
    assert tasks(file) == ["A", "B"]


def test_only_the_owner_can_read_the_state(file: Path) -> None:
    backup.keep(file)
    assert file.parent.stat().st_mode & 0o777 == 0o700
    store = opened(file)
    with store.writing() as books:
        books.tasks.add([draft("B")])
    assert {path.name: path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == dict.fromkeys(
        ["state.db", "state.db-wal", "state.db-shm", "backup.db"], 0o600
    )
    store.close()
