"""The file behind the store: made in one step, brought up to date, and refused in words when it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.adapters.sqlite import schema
from mcp_server.adapters.sqlite.store import SqliteStore, create
from mcp_server.domain.decision import Policy
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.scopes.scope import parse
from tests.workspace import FakeClock, draft

ROOT = Path(__file__).parents[3]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a state is to be."""
    return tmp_path / "git" / "interlock" / "state.db"


def opened(file: Path) -> SqliteStore:
    return SqliteStore(file, clock=FakeClock(), policy=lambda: Policy("enforce", "allow", parse([])), busy_seconds=0.1)


def version(file: Path) -> int:
    connection = sqlite3.connect(file)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The migrations of a later Interlock: one more step."""
    migrations = tmp_path / "sql"
    migrations.mkdir()
    for step in schema.MIGRATIONS.glob("*.sql"):
        (migrations / step.name).write_bytes(step.read_bytes())
    (migrations / "999_later.sql").write_text(
        "-- two; statements\nALTER TABLE task ADD COLUMN colour TEXT;\nUPDATE task SET colour = 'a;b';\n",
        encoding="utf-8",
    )
    yield migrations
    monkeypatch.undo()


def test_a_new_state_is_empty_complete_and_in_wal_mode(file: Path) -> None:
    create(file)
    assert version(file) == len(list(schema.MIGRATIONS.glob("*.sql"))) > 0
    assert [entry.name for entry in file.parents[1].iterdir()] == ["interlock"]
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("SELECT count(*) FROM task").fetchone() == (0,)
    connection.close()


def test_a_state_in_memory_is_whole_and_its_own() -> None:
    stores = [
        SqliteStore(None, clock=FakeClock(), policy=lambda: Policy("enforce", "allow", parse([]))) for _ in range(2)
    ]
    with stores[0].writing() as books:
        books.tasks.add([draft("A")])
    for store, expected in zip(stores, (["A"], []), strict=True):
        with store.reading() as books:
            assert [task.id for task in books.tasks.open(9)] == expected
        store.close()


def test_a_state_that_is_copied_has_the_schema_that_the_steps_make(file: Path, tmp_path: Path) -> None:
    def schema_of(place: Path) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(place)
        try:
            return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").fetchall()
        finally:
            connection.close()

    create(file)
    stepped = tmp_path / "stepped.db"
    connection = sqlite3.connect(stepped, isolation_level=None)
    schema.migrate(connection, None)
    connection.close()
    assert schema_of(file) == schema_of(stepped) != []


def test_creating_again_leaves_what_is_there(file: Path) -> None:
    create(file)
    store = opened(file)
    with store.writing() as books:
        books.tasks.add([draft("A")])
    store.close()
    create(file)
    store = opened(file)
    with store.reading() as books:
        assert [task.id for task in books.tasks.open(9)] == ["A"]
    store.close()


def test_whoever_loses_the_race_to_create_leaves_the_winners_state(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = os.rename

    def second(building: Path, folder: Path) -> None:
        monkeypatch.setattr(os, "rename", rename)
        create(file)
        (folder / "winner").touch()
        rename(building, folder)

    monkeypatch.setattr(os, "rename", second)
    create(file)
    assert (file.parent / "winner").exists()
    assert [entry.name for entry in file.parents[1].iterdir()] == ["interlock"]


def test_an_older_state_is_brought_up_to_date_with_all_that_is_in_it(
    file: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(file)
    store = opened(file)
    with store.writing() as books:
        books.tasks.add([draft("A")])
    store.close()
    before = version(file)
    monkeypatch.setattr(schema, "MIGRATIONS", newer)
    store = opened(file)
    with store.reading() as books:
        assert [task.id for task in books.tasks.open(9)] == ["A"]
    store.close()
    assert version(file) == before + 1
    connection = sqlite3.connect(file)
    assert connection.execute("SELECT colour FROM task").fetchall() == [("a;b",)]
    connection.close()


def test_a_step_that_fails_leaves_the_older_state_as_it_was(
    file: Path, newer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(file)
    (newer / "999_later.sql").write_text("CREATE TABLE later (x);\nnonsense;\n", encoding="utf-8")
    before = version(file)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", newer)
        with pytest.raises(StateUnavailable, match="cannot be used"):
            opened(file)
    assert version(file) == before
    store = opened(file)
    with store.writing() as books:
        books.tasks.add([draft("A")])
    store.close()


def test_a_newer_state_is_refused_with_what_to_do(file: Path, newer: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", newer)
        create(file)
    with pytest.raises(StateUnavailable, match=r"state\.db was written by a newer Interlock .*: update the plugin"):
        opened(file)


@pytest.mark.parametrize("content", [b"nonsense " * 1_000, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_garbage_is_refused_and_left_alone(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    with pytest.raises(StateUnavailable, match=r"state\.db cannot be used: .*`interlock doctor`"):
        opened(file)
    assert file.read_bytes() == content


def test_a_state_that_breaks_while_it_is_open_is_refused_in_words(file: Path) -> None:
    create(file)
    store = opened(file)
    with store.writing() as books:
        books.tasks.add([draft("A")])
    breaking = sqlite3.connect(file)
    breaking.execute("DROP TABLE task")
    breaking.commit()
    breaking.close()
    with pytest.raises(StateUnavailable, match="no such table"), store.writing() as books:
        books.tasks.open(1)
    with store.writing() as books:
        assert books.events.recent(1) == []
    store.close()


def test_a_folder_or_nothing_in_its_place_is_refused(file: Path) -> None:
    with pytest.raises(StateUnavailable, match="cannot be used"):
        opened(file)
    file.mkdir(parents=True)
    with pytest.raises(StateUnavailable, match="cannot be used"):
        opened(file)


def test_a_file_where_a_folder_is_needed_is_refused(file: Path) -> None:
    file.parents[1].write_bytes(b"")
    with pytest.raises(StateUnavailable, match="cannot be used"):
        create(file)


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.sqlite.store import SqliteStore, create
from mcp_server.domain.errors import StateUnavailable
if os.geteuid() == 0:
    os.setuid(65534)
try:
    create(Path(sys.argv[1]))
    SqliteStore(Path(sys.argv[1]), clock=system_clock, policy=lambda: None).close()
except StateUnavailable as refusal:
    print(refusal)
"""


def test_a_folder_that_takes_no_writes_is_refused() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        file = Path(folder) / "interlock" / "state.db"
        said = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert "cannot be used" in said.stdout
        assert "Permission denied" in said.stdout
        assert list(Path(folder).iterdir()) == []


def test_a_state_that_may_only_be_read_is_refused() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "interlock" / "state.db"
        create(file)
        file.chmod(0o444)
        file.parent.chmod(0o555)
        said = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert f"the state in {file} can't be changed: it may be read, but not written" in said.stdout


def test_a_state_of_the_first_schema_keeps_what_was_written_in_it(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "first"
    first.mkdir()
    step = schema.MIGRATIONS / "001_first.sql"
    (first / step.name).write_bytes(step.read_bytes())
    monkeypatch.setattr(schema, "MIGRATIONS", first)
    create(file)
    monkeypatch.undo()
    connection = sqlite3.connect(file)
    connection.execute(
        "INSERT INTO agent (id, name, kind, worktree, joined_at, seen_at) VALUES (1, 'ann', 'session', '/', 1.0, 1.0)"
    )
    connection.execute(
        "INSERT INTO entry (id, at, agent, kind, text) VALUES (7, 1.0, 1, 'learning', 'tests need a port')"
    )
    connection.commit()
    connection.close()
    store = opened(file)
    with store.writing() as books:
        later = books.shared.write(1, "learning", "and a database", None, None)
        kept = books.shared.entries(None)
    store.close()
    assert [(entry.id, entry.text) for entry in kept][0] == (7, "tests need a port")
    assert later.id == 8


def test_a_state_from_before_knows_where_its_tasks_lie_and_how_many_they_are(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tmp_path / "before"
    before.mkdir()
    for step in sorted(schema.MIGRATIONS.glob("*.sql"))[:6]:
        (before / step.name).write_bytes(step.read_bytes())
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", before)
        schema.migrate(connection, None)
    columns = "id, title, scope, anchors, resources, priority, status, waiting, ready, changed_at"
    lines = {"A": "src\tsrc/**\ndocs\tdocs/*.md", "B": "\t**", "C": "", "D": "gone\tgone/**"}
    for task, anchors in lines.items():
        status = "done" if task == "D" else "todo"
        row = (task, task, anchors and "x", anchors, "[]", 0, status, 0, 1, 0.0)
        connection.execute(f"INSERT INTO task ({columns}) VALUES ({','.join('?' * 10)})", row)  # noqa: S608  named above
    file.parent.mkdir(parents=True)
    file.write_bytes(connection.serialize())
    connection.close()
    store = opened(file)
    with store.reading() as books:
        assert books.tasks.counts() == (3, 1)
        assert [wanted.task for wanted in books.tasks.around(["src/a"])] == ["A", "B"]
        assert [wanted.task for wanted in books.tasks.around(["docs"])] == ["A", "B"]
        assert [wanted.task for wanted in books.tasks.around(["gone"])] == ["B"]
    store.close()
