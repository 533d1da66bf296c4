"""The schema of the state: brought up to date in steps, and as the image of a database that is empty."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

from mcp_server.adapters.sqlite import backup
from mcp_server.domain.errors import StateUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"


def image() -> bytes:
    """A database with the schema and nothing in it. The steps take their time and are gone through once a process."""
    return _image(MIGRATIONS)


@cache
def _image(migrations: Path) -> bytes:  # noqa: ARG001  what the answer depends on
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, None)
        return connection.serialize()


def migrate(connection: sqlite3.Connection, file: Path | None) -> None:
    """Bring the schema up to date; refuses (StateUnavailable) that of a newer Interlock, and a file without any."""
    steps = sorted(MIGRATIONS.glob("*.sql"))
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == len(steps):
        return
    if version == 0 and file is not None:
        raise backup.gone(file)
    if version > len(steps):
        raise StateUnavailable(
            f"{file} was written by a newer Interlock (schema {version}; this one knows {len(steps)}): "
            "update the plugin"
        )
    connection.execute("BEGIN IMMEDIATE")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for number, step in enumerate(steps[version:], start=version + 1):
        for statement in _statements(step.read_text(encoding="utf-8")):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {number}")
    connection.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    """The statements one by one: `executescript` would commit before the first and lose the transaction."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
