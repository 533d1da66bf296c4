"""The machine in the names and signs of agents: given to those of a new mirror, taken away where it is a file again."""

from __future__ import annotations

from sqlite3 import Connection

from mcp_server.domain.agent import REVIEW
from mcp_server.domain.machines.mirror import Mirror
from mcp_server.domain.machines.names import SIGN, at_host, on_host
from mcp_server.domain.messages import PERSON

_OF_ALL = "kind = ? OR name = ?"
"""Of these agents there is one for all machines."""


def name_agents(connection: Connection, mirror: Mirror, *, joins_others: bool = False) -> None:
    """Put the host behind the names of all agents that have none, and behind the signs that another machine may use.

    Within the transaction that makes the mirror. What texts say of an agent keeps its earlier name. Where it
    `joins_others`, the agents of which there is one for all are theirs, and those of this state lose their signs.
    """
    if joins_others:
        shared = f"SELECT id FROM agent WHERE {_OF_ALL}"  # noqa: S608  a condition of ours
        connection.execute(f"DELETE FROM identity WHERE agent IN ({shared})", (REVIEW, PERSON))  # noqa: S608  as above
    only = "" if joins_others else f" WHERE NOT ({_OF_ALL})"
    values = () if joins_others else (REVIEW, PERSON)
    for number, name in connection.execute(f"SELECT id, name FROM agent{only}", values).fetchall():  # noqa: S608  as above
        connection.execute("UPDATE agent SET name = ? WHERE id = ?", (at_host(name, mirror.host), number))
    for (key,) in connection.execute("SELECT key FROM identity").fetchall():
        if SIGN not in key:
            _known_by(connection, key, mirror.key(key))


def forget_host(connection: Connection, mirror: Mirror) -> None:
    """The agents of this machine are named, and known, without it again, where no other has that name."""
    for number, name in connection.execute("SELECT id, name FROM agent").fetchall():
        statement = "UPDATE OR IGNORE agent SET name = ? WHERE id = ?"
        connection.execute(statement, (on_host(name, mirror.host), number))
    for (key,) in connection.execute("SELECT key FROM identity").fetchall():
        plain = key.removesuffix(f"{SIGN}{mirror.host}")
        if mirror.key(plain) == key:
            _known_by(connection, key, plain)


def _known_by(connection: Connection, before: str, after: str) -> None:
    connection.execute("UPDATE OR IGNORE identity SET key = ? WHERE key = ?", (after, before))
