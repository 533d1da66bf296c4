"""Who edited what, on SQLite. On the hot path of a hook: takes an open connection, imports next to nothing."""

from __future__ import annotations

from mcp_server.domain.activity import Editor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

_EDITORS = """
    SELECT e.agent, a.name, e.last_at, a.ended_at,
        (SELECT t.id FROM lease l JOIN task t ON t.seq = l.task
         WHERE l.holder = e.agent AND l.resource IS NULL AND l.taken_by IS NULL ORDER BY l.token DESC LIMIT 1)
    FROM edit e JOIN agent a ON a.id = e.agent WHERE e.path = ? ORDER BY e.last_at DESC"""


class SqliteJournal:
    """Who edited what, and when last."""

    def __init__(self, connection: Connection, now: float) -> None:
        self._connection = connection
        self._now = now

    def edited(self, path: str, agent_id: int) -> None:
        """This agent has edited `path` just now."""
        self._connection.execute(
            "INSERT INTO edit (path, agent, first_at, last_at, times) VALUES (?, ?, ?, ?, 1) "
            "ON CONFLICT (path, agent) DO UPDATE SET last_at = excluded.last_at, times = times + 1",
            (path, agent_id, self._now, self._now),
        )

    def editors(self, path: str) -> list[Editor]:
        return [Editor(*row) for row in self._connection.execute(_EDITORS, (path,))]

    def paths(self, since: float, limit: int) -> list[str]:
        rows = self._connection.execute(
            "SELECT path FROM edit WHERE last_at >= ? GROUP BY path ORDER BY max(last_at) DESC, path LIMIT ?",
            (since, limit),
        )
        return [row[0] for row in rows]

    def edited_by(self, agent_id: int, since: float) -> list[str]:
        rows = self._connection.execute(
            "SELECT path FROM edit WHERE agent = ? AND last_at >= ? ORDER BY last_at DESC, path", (agent_id, since)
        )
        return [row[0] for row in rows]
