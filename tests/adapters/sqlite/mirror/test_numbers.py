"""Which columns are shared, and which are numbers that a mirror makes its own: a new column has to be decided on."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from mcp_server.adapters.sqlite.ids import STRIDE
from mcp_server.adapters.sqlite.mirror.renumber import NUMBERED, renumber
from mcp_server.adapters.sqlite.mirror.tables import OF_CHECKOUT, tables
from tests.postgres.shared import shared
from tests.workspace import SCHEMA, Workspace, make_schema, task

PLAIN = {
    "agent": "pid wants_told",
    "block": "id version",
    "budget": "level most spent",
    "command": "confined may_write",
    "conflict": "is_open",
    "edit": "times",
    "entry": "hidden shown uncommitted",
    "handover": "id",
    "list_version": "id length ours",
    "message": "times",
    "mirror": "applying number one seq taken version",
    "off_track": "signs",
    "pending_merge": "approves",
    "request": "id",
    "response": "cache_read cache_written input output seq sign transcript",
    "review": "check_code",
    "run": "failures tokens",
    "run_phase": "attempt number pid",
    "run_task": "phase",
    "task": "failures kept priority ready unscoped waiting withheld",
    "teammate": "gated waits",
    "tested": "failed",
    "track": "times total",
    "track_content": "number",
    "transcript": "compacted copied gone id inode place rewritten size unreadable waits",
    "usage": "cache_read cache_written input output responses",
    "wait": "attempts",
}
"""Columns of whole numbers that name no row that is shared."""


@pytest.fixture
def connection(workspace: Workspace) -> sqlite3.Connection:
    """The state of the workspace."""
    return sqlite3.connect(workspace.file, isolation_level=None)


def test_every_column_of_whole_numbers_is_one_that_a_mirror_makes_its_own_or_a_plain_one(
    connection: sqlite3.Connection,
) -> None:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'")
    for (table,) in names.fetchall():
        found = {row[1] for row in connection.execute(f"PRAGMA table_info({table})") if row[2] == "INTEGER"}
        decided = NUMBERED.get(table, "").split() + PLAIN.get(table, "").split()
        assert found == set(decided), table
        assert len(decided) == len(found), table


def test_the_shared_tables_have_the_same_columns_and_keys_on_both_databases(connection: sqlite3.Connection) -> None:
    server = shared(18)
    with psycopg.connect(server.database(server.template("with_schema", make_schema))) as there:
        for table in tables(connection).values():
            rows = there.execute(
                "SELECT column_name, is_nullable FROM information_schema.columns "
                "WHERE table_schema = %s AND table_name = %s",
                [SCHEMA, table.name],
            ).fetchall()
            here = connection.execute(f"PRAGMA table_info({table.name})").fetchall()
            of_checkout = OF_CHECKOUT.get(table.name, ())
            needed = {row[1]: "NO" if row[3] or row[5] else "YES" for row in here if row[1] not in of_checkout}
            assert needed.keys() == dict(rows).keys(), table.name
            assert {name for name, may in rows if may == "NO"} <= {n for n, may in needed.items() if may == "NO"}, (
                table.name
            )
            keys = there.execute(
                "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid "
                "AND a.attnum = ANY (i.indkey::int2[]) WHERE i.indisprimary AND i.indrelid = %s::regclass "
                "ORDER BY array_position(i.indkey::int2[], a.attnum)",
                [f"{SCHEMA}.{table.name}"],
            ).fetchall()
            assert tuple(key for (key,) in keys) == table.keys


def test_who_is_named_where_stays_when_rows_get_other_numbers(
    workspace: Workspace, connection: sqlite3.Connection
) -> None:
    ben, eve = workspace.agent("ben"), workspace.agent("eve")
    workspace.plan(task("A", "a/**"), task("B", "b/**", depends_on=["A"]))
    workspace.claimed(ben, "A")
    with workspace.store.writing() as books:
        books.shared.send(ben, "eve", [eve], "hello", "")
        books.tasks.note(1, ben, "half of it")
        books.budgets.allow("agent", str(ben), 100)
    before = _named(connection)
    renumber(connection, 7)
    assert _named(connection) == before
    for table, columns in NUMBERED.items():
        for column in columns.split():
            numbers = connection.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL").fetchall()  # noqa: S608  names of ours
            assert {number % STRIDE for (number,) in numbers} <= {7}, (table, column)
    [subject] = connection.execute("SELECT subject FROM budget").fetchone()
    assert int(subject) == ben * STRIDE + 7


def _named(connection: sqlite3.Connection) -> list[list[tuple[object, ...]]]:
    """All that is named by a number, in the words of what it names."""
    queries = (
        "SELECT t.id, n.id FROM dependency d JOIN task t ON t.seq = d.task JOIN task n ON n.seq = d.needs",
        "SELECT a.name, t.id, g.pattern FROM lease l JOIN agent a ON a.id = l.holder JOIN task t ON t.seq = l.task "
        "AND t.token = l.token JOIN ground g ON g.token = l.token JOIN event e ON e.id = l.token ORDER BY g.pattern",
        "SELECT m.subject, s.name, r.name FROM delivery d JOIN message m ON m.id = d.message "
        "JOIN agent s ON s.id = m.sender JOIN agent r ON r.id = d.agent ORDER BY r.name",
        "SELECT c.text, a.name, t.id FROM checkpoint c JOIN agent a ON a.id = c.agent JOIN task t ON t.seq = c.task",
        "SELECT i.key, a.name FROM identity i JOIN agent a ON a.id = i.agent ORDER BY i.key",
        "SELECT e.kind, e.subject, a.name FROM event e LEFT JOIN agent a ON a.id = e.agent ORDER BY e.id",
    )
    return [connection.execute(query).fetchall() for query in queries]
