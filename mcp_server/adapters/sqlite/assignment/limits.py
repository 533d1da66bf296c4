"""Which roles an agent is kept to, on SQLite. On a hook's path only where a role is named at all."""

from __future__ import annotations

from mcp_server.domain.assignment.limits import Held, Limit, Member, limits_of
from mcp_server.domain.assignment.roles import role_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection
    from typing import Any

    from mcp_server.domain.assignment.roles import RoleSettings

_CLAIMS = """
    SELECT t.id, t.role FROM lease l JOIN task t ON t.seq = l.task
    WHERE l.holder = ? AND l.taken_by IS NULL AND l.resource IS NULL ORDER BY l.token"""


def limits_upwards(connection: Connection, agent: int | None, own: Sequence[RoleSettings]) -> tuple[Limit, ...]:
    """What limits an agent: its claims, what it was started as, and all that it works under."""
    return limits_of(_upwards(connection, agent), own)


def limits_on_claims(connection: Connection, agent: int, own: Sequence[RoleSettings]) -> tuple[Limit, ...]:
    """What limits the tasks that an agent may claim: its own claims don't, since the next one widens them."""
    [itself, *above] = _upwards(connection, agent)
    return limits_of([itself._replace(claims=()), *above], own)


def without_scope(rows: Iterable[Sequence[Any]], own: Sequence[RoleSettings]) -> set[str]:
    """Of rows with a task's id and its role, the tasks whose role edits nothing."""
    return {task for task, role in rows if role is not None and not role_named(role, own).edits}


def _upwards(connection: Connection, agent: int | None) -> list[Member]:
    found = []
    while agent is not None:
        kind, above = connection.execute("SELECT type, parent FROM agent WHERE id = ?", (agent,)).fetchone()
        claims = [Held(*row) for row in connection.execute(_CLAIMS, (agent,))]
        found.append(Member(kind, claims))
        agent = above
    return found
