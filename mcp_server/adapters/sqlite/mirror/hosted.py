"""Names and signs of agents with the machine that they are on, and without it."""

from __future__ import annotations

from sqlite3 import Connection

from mcp_server.domain.machines.mirror import Mirror
from mcp_server.domain.machines.names import SIGN, at_host, on_host


def with_host(connection: Connection, mirror: Mirror) -> None:
    """Every agent is named after its machine from now on, and known by signs that no other machine uses for another.

    Those that have a machine in their names already, as after a stay in a database, keep it.
    """
    for agent, name in connection.execute("SELECT id, name FROM agent").fetchall():
        connection.execute("UPDATE agent SET name = ? WHERE id = ?", (at_host(name, mirror.host), agent))
    for (key,) in connection.execute("SELECT key FROM identity").fetchall():
        if SIGN not in key:
            _known_by(connection, key, mirror.key(key))


def without_host(connection: Connection, mirror: Mirror) -> None:
    """The agents of this machine are named, and known, without it again, where no other has that name."""
    for agent, name in connection.execute("SELECT id, name FROM agent").fetchall():
        statement = "UPDATE OR IGNORE agent SET name = ? WHERE id = ?"
        connection.execute(statement, (on_host(name, mirror.host), agent))
    for (key,) in connection.execute("SELECT key FROM identity").fetchall():
        plain = key.removesuffix(f"{SIGN}{mirror.host}")
        if mirror.key(plain) == key:
            _known_by(connection, key, plain)


def _known_by(connection: Connection, before: str, after: str) -> None:
    connection.execute("UPDATE OR IGNORE identity SET key = ? WHERE key = ?", (after, before))
