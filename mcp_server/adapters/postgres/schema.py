"""The schema of a repository in the database: made, and brought up to date in steps, by one process at a time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from psycopg import Connection, sql

from mcp_server.adapters.postgres.roles import grant
from mcp_server.domain.errors import DatabaseUnavailable

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x696E74_65726C  # "interl": everybody who changes any schema of Interlock takes turns


@cache
def newest() -> int:
    """The version that this Interlock needs."""
    return len(_steps())


def version(connection: Connection, schema: str) -> int | None:
    """The version of this schema; None where there is none, or this role may not see it."""
    query = sql.SQL("SELECT version FROM {}").format(sql.Identifier(schema, "state"))
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{schema}.state"]).fetchone()
    row = connection.execute(query).fetchone() if found == (True,) else None
    return None if row is None else int(row[0])


def bring_up_to_date(connection: Connection, schema: str) -> None:
    """See that this schema is there and has the newest version: all of it, or nothing.

    Refuses (DatabaseUnavailable) one of a newer Interlock; an error of the database where the role may not do that.
    """
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        current = version(connection, schema)
        if current is None:
            connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        check(current or 0, schema)
        if (current or 0) == newest():
            return
        # The functions keep this path: a temporary table of somebody's own never stands for one of these.
        connection.execute(sql.SQL("SET LOCAL search_path TO {}, pg_temp").format(sql.Identifier(schema)))
        for step in _steps()[current or 0 :]:
            connection.execute(step.read_bytes())
        connection.execute("SELECT make_write()")  # of the tables as they are now
        if current is None:
            connection.execute("INSERT INTO state (version) VALUES (%s)", [newest()])
        else:
            connection.execute("UPDATE state SET version = %s", [newest()])
        grant(connection, schema)


def check(found: int, schema: str) -> None:
    """Refuse (DatabaseUnavailable) a schema of a newer Interlock than this one."""
    if found > newest():
        raise DatabaseUnavailable(
            "newer_schema",
            f"{schema} in the database has schema {found}, made by a newer Interlock, and this one knows {newest()}",
            "update the plugin on this machine: claude plugin update interlock@interlock",
        )


def _steps() -> list[Path]:
    return sorted(MIGRATIONS.glob("*.sql"))
