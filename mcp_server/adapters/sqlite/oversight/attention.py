"""What needs a person, on SQLite, and what one was notified of."""

from __future__ import annotations

from collections.abc import Iterable

from mcp_server.adapters.sqlite.activity import WAITS_KEPT_SECONDS
from mcp_server.adapters.sqlite.scope_rows import dumps
from mcp_server.domain.messages import Event
from mcp_server.domain.oversight.need import BrokenBuild, LostClaim

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

_BUILDS = """
    SELECT a.name, w.path, w.command, ifnull(w.first_at, w.counted_at) FROM wait w JOIN agent a ON a.id = w.agent
    WHERE ifnull(w.first_at, w.counted_at) <= ? AND w.last_at > ? AND a.ended_at IS NULL
    ORDER BY 4, 1, 2 LIMIT ?"""
_LOST = """
    SELECT a.name, t.id, l.token, ifnull(a.ended_at, a.seen_at)
    FROM lease l JOIN agent a ON a.id = l.holder JOIN task t ON t.seq = l.task
    WHERE l.taken_by IS NULL AND l.resource IS NULL
        AND (a.ended_why = 'process gone' OR a.id IN (SELECT value FROM json_each(?)))
    ORDER BY l.token LIMIT ?"""

_NOTABLE = """
    SELECT e.id, e.at, a.name, e.kind, e.subject, e.detail FROM event e LEFT JOIN agent a ON a.id = e.agent
    WHERE e.kind IN ('budget_warned', 'budget_reached', 'off_track') AND e.at >= ? ORDER BY e.id DESC LIMIT ?"""


class SqliteAttention:
    """The book of what needs a person."""

    now: float

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def asking(self, limit: int) -> list[int]:
        rows = self._connection.execute(
            "SELECT id FROM agent WHERE ended_at IS NULL AND prompt_at IS NOT NULL ORDER BY prompt_at LIMIT ?", (limit,)
        )
        return [row[0] for row in rows]

    def broken_builds(self, before: float, limit: int) -> list[BrokenBuild]:
        rows = self._connection.execute(_BUILDS, (before, self.now - WAITS_KEPT_SECONDS, limit))
        return [BrokenBuild(*row) for row in rows]

    def lost(self, gone: Iterable[int], limit: int) -> list[LostClaim]:
        return [LostClaim(*row) for row in self._connection.execute(_LOST, (dumps(sorted(gone)), limit))]

    def notable(self, since: float, limit: int) -> list[Event]:
        return [Event(*row) for row in self._connection.execute(_NOTABLE, (since, limit))]

    def notify_once(self, cause: str) -> bool:
        added = self._connection.execute("INSERT OR IGNORE INTO notified VALUES (?, ?)", (cause, self.now))
        return added.rowcount == 1
