"""Gives the agents of a state the host that they work on, when it becomes a mirror: from then on names have one."""

from __future__ import annotations

from mcp_server.domain.agent import REVIEW
from mcp_server.domain.machines.names import SIGN, at_host
from mcp_server.domain.messages import PERSON

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

    from mcp_server.domain.machines.mirror import Mirror


def name_agents(connection: Connection, mirror: Mirror) -> None:
    """Put the host behind the names of all agents that have none, and behind the signs that another machine may use.

    Within the transaction that makes the mirror. What texts say of an agent keeps its earlier name.
    """
    query = "SELECT id, name FROM agent WHERE kind <> ? AND name <> ?"  # of those there is one for all machines
    for number, name in connection.execute(query, (REVIEW, PERSON)).fetchall():
        whole = at_host(name, mirror.host)
        if whole != name:
            connection.execute("UPDATE agent SET name = ? WHERE id = ?", (whole, number))
    for (key,) in connection.execute("SELECT key FROM identity").fetchall():
        if SIGN not in key and mirror.key(key) != key:
            connection.execute("UPDATE identity SET key = ? WHERE key = ?", (mirror.key(key), key))
