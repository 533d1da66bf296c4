"""Triggers that record which rows of a mirror differ from the database, whoever changes them: hooks too."""

from __future__ import annotations

from sqlite3 import Connection

from mcp_server.adapters.sqlite.mirror.tables import ONLY, Table, tables

APPLYING, ASKED = 1, 2
"""`mirror.applying`: what changes came from the database; what changes is decided under the database's lock."""
_NAME = "mirror_{table}_{event}"
_ONLY_ASKED = """
    CREATE TRIGGER mirror_grants BEFORE INSERT ON lease
    WHEN (SELECT applying FROM mirror) = 0
    BEGIN SELECT RAISE(ABORT, 'only the database grants leases'); END"""


def begin(connection: Connection) -> None:
    """Record changes from now on, in the transaction that is open; also after the schema has changed."""
    end(connection)
    for table in tables(connection).values():
        for statement in _triggers(table):
            connection.execute(statement)
    connection.execute(_ONLY_ASKED)
    [version] = connection.execute("PRAGMA user_version").fetchone()
    connection.execute("UPDATE mirror SET version = ?", (version,))


def end(connection: Connection) -> None:
    """Record nothing any more."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'mirror_*'")
    for (name,) in found.fetchall():
        connection.execute(f"DROP TRIGGER {name}")


def is_current(connection: Connection) -> bool:
    """Whether the triggers are those of this schema."""
    row = connection.execute("SELECT version FROM mirror").fetchone()
    [version] = connection.execute("PRAGMA user_version").fetchone()
    return row is None or row[0] == version


def _triggers(table: Table) -> list[str]:
    return [
        _trigger(table, "INSERT", "new", "NULL"),
        _trigger(table, "UPDATE", "new", table.image("old"), _differs(table)),
        _trigger(table, "DELETE", "old", table.image("old")),
    ]


def _trigger(table: Table, event: str, row: str, base: str, differs: str = "") -> str:
    only = f" AND {row}.{ONLY[table.name]}" if table.name in ONLY else ""
    # Not `OR IGNORE`: the statement that sets a trigger off decides what becomes of conflicts in it.
    known = f"SELECT 1 FROM outgoing WHERE kind = '{table.name}' AND key = {table.key(row)}"  # noqa: S608  names of ours
    return f"""
        CREATE TRIGGER {_NAME.format(table=table.name, event=event.lower())} AFTER {event} ON {table.name}
        WHEN (SELECT applying FROM mirror) <> {APPLYING}{only}{differs}
        BEGIN INSERT INTO outgoing SELECT '{table.name}', {table.key(row)}, {base} WHERE NOT EXISTS ({known}); END"""  # noqa: S608  names of ours


def _differs(table: Table) -> str:
    rest = [column for column in table.columns if column not in table.keys]
    return " AND (" + " OR ".join(f'old."{column}" IS NOT new."{column}"' for column in rest) + ")" if rest else ""
