"""A state becomes a mirror, or stops being one: within a transaction that is open."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

from mcp_server.adapters.sqlite.mirror import capture
from mcp_server.adapters.sqlite.mirror.hosts import forget_host, name_agents
from mcp_server.adapters.sqlite.mirror.renumber import renumber
from mcp_server.adapters.sqlite.mirror.tables import ONLY, tables
from mcp_server.domain.machines.mirror import Mirror

OF_ALL = ("note", "budget")
"""Rows that are about the whole repository: a checkout that joins others takes theirs."""


class Member(NamedTuple):
    """This checkout among those that mirror a database: its number, the machine's name, the repository's schema.

    `sign` tells it from a copy of it.
    """

    number: int
    host: str
    schema: str
    sign: str


def has_tasks(connection: Connection) -> bool:
    """Whether there are tasks, done or not."""
    return connection.execute("SELECT 1 FROM task LIMIT 1").fetchone() is not None


def become(connection: Connection, member: Member, *, joins_others: bool) -> None:
    """Make the state a mirror, of which the database has nothing yet.

    `joins_others`: the database has rows of others.
    """
    renumber(connection, member.number)
    if member.host:
        name_agents(connection, Mirror(member.number, member.host, 0.0), joins_others=joins_others)
    connection.execute(
        "INSERT INTO mirror (one, number, host, schema, sign, seq, as_of) VALUES (1, ?, ?, ?, ?, 0, 0)", member
    )
    for table in tables(connection).values():
        if joins_others and table.name in OF_ALL:
            continue
        only = f" WHERE {ONLY[table.name]}" if table.name in ONLY else ""
        connection.execute(
            f"INSERT INTO outgoing SELECT '{table.name}', {table.key(table.name)}, NULL FROM {table.name}{only}"  # noqa: S608  names of ours
        )
    capture.begin(connection)


def number_anew(connection: Connection, member: Member) -> None:
    """This is a copy of another mirror: from now on it has a number of its own, and looks at all rows again."""
    connection.execute("UPDATE mirror SET number = ?, host = ?, schema = ?, sign = ?, seq = 0", member)


def member_of(connection: Connection) -> Member | None:
    """The checkout that became this mirror; None for a state that mirrors nothing."""
    row = connection.execute("SELECT number, host, schema, sign FROM mirror").fetchone()
    return None if row is None else Member(*row)


def leave(connection: Connection) -> None:
    """Make the state one that mirrors nothing, with all that is in it."""
    member = member_of(connection)
    capture.end(connection)
    if member is not None and member.host:
        forget_host(connection, Mirror(member.number, member.host, 0.0))
    connection.execute("DELETE FROM outgoing")
    connection.execute("DELETE FROM unmerged")
    connection.execute("DELETE FROM mirror")


def clear(connection: Connection) -> None:
    """Forget everything: what others have is going to take its place."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'")
    for (name,) in names.fetchall():
        connection.execute(f"DELETE FROM {name}")  # noqa: S608  names of ours
    connection.execute("INSERT INTO note (key, value) VALUES ('tasks_open', 0), ('tasks_done', 0)")
