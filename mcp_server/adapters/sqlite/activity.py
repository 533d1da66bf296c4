"""What is going on around a path, and who edited it, on SQLite.

On the hot path of a hook: takes an open connection, imports next to nothing.
"""

from __future__ import annotations

from mcp_server.adapters.sqlite.guard import SIGNS
from mcp_server.adapters.sqlite.ids import ROWS
from mcp_server.domain.activity import Editor, Expired, Left, Wait
from mcp_server.domain.scopes.scope import ancestors, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from sqlite3 import Connection
    from typing import Any

    from mcp_server.adapters.sqlite.guard import Holders
    from mcp_server.domain.messages import LastFailure, LastTests

WAITS_KEPT_SECONDS = 1800.0
"""A failure that was not seen again for so long is another one when it comes back."""
_OPEN = f"""
    SELECT DISTINCT l.holder, a.name, t.id, l.scope, a.seen_at, l.seconds, {SIGNS}
    FROM ground g JOIN lease l ON l.token = g.token JOIN agent a ON a.id = l.holder LEFT JOIN task t ON t.seq = l.task
    WHERE g.anchor IN ({{marks}}) AND l.taken_by IS NULL"""  # noqa: S608  names of ours
_FAILED = """
    INSERT INTO wait (agent, path, command, attempts, counted_at, last_at, first_at)
    VALUES (:agent, :path, :command, 1, :now, :now, :now)
    ON CONFLICT (agent, path, command) DO UPDATE SET last_at = :now,
        attempts = CASE WHEN last_at < :now - :kept THEN 1 ELSE attempts + (counted_at <= :now - :apart) END,
        first_at = iif(last_at < :now - :kept, :now, ifnull(first_at, counted_at)),
        counted_at = iif(last_at < :now - :kept OR counted_at <= :now - :apart, :now, counted_at)"""
_LEFT = f"""
    SELECT t.id, t.status, t.scope, e.kind, e.agent, a.name, e.at
    FROM event e JOIN task t ON t.id = e.subject JOIN agent a ON a.id = e.agent
    WHERE e.id > (SELECT ifnull(max(id), 0) FROM event) - ? * {ROWS} AND e.at > ?
        AND e.kind IN ('done', 'released', 'failed', 'blocked')
    ORDER BY e.id DESC LIMIT ?"""  # noqa: S608  names of ours
LEFT_SECONDS = 3600.0
"""A task that was finished longer ago no longer explains a broken file."""
_LATEST_EVENTS, _MOST_LEFT = 2_000, 20
_EDITORS = f"""
    SELECT e.agent, a.name, e.last_at, {SIGNS},
        (SELECT t.id FROM lease l JOIN task t ON t.seq = l.task
         WHERE l.holder = e.agent AND l.resource IS NULL AND l.taken_by IS NULL ORDER BY l.token DESC LIMIT 1)
    FROM edit e JOIN agent a ON a.id = e.agent WHERE e.path = ? ORDER BY e.last_at DESC"""  # noqa: S608  names of ours


class SqliteActivity:
    """What is going on around a path."""

    def __init__(self, connection: Connection, now: float, presence: Callable[[], Holders]) -> None:
        self._connection = connection
        self._now = now
        self._presence = presence

    def name(self, agent_id: int) -> str:
        [name] = self._connection.execute("SELECT name FROM agent WHERE id = ?", (agent_id,)).fetchone()
        return str(name)

    def expired(self, path: str) -> list[Expired]:
        anchors = ancestors(path)
        found = []
        for row in self._connection.execute(_OPEN.format(marks=",".join("?" * len(anchors))), anchors):
            holder, name, task, scope, seen_at, seconds, *rest = row
            presence = self._presence()
            if not presence.keeps_by(rest, seconds):
                patterns = tuple(scope.split("\n")) if scope else ()
                found.append(Expired(holder, name, task, patterns, seen_at, stopped=presence.is_gone_by(rest)))
        return found

    def left(self, path: str) -> list[Left]:
        rows = self._connection.execute(_LEFT, (_LATEST_EVENTS, self._now - LEFT_SECONDS, _MOST_LEFT))
        found = [Left(task, status, tuple(scope.split("\n")), *rest) for task, status, scope, *rest in rows if scope]
        return [left for left in found if parse(left.patterns).covers(path)]

    def failed(self, agent_id: int, path: str, command: str, *, apart: float) -> Wait:
        values = {"agent": agent_id, "path": path, "command": command, "now": self._now}
        self._connection.execute(_FAILED, {**values, "apart": apart, "kept": WAITS_KEPT_SECONDS})
        return next(wait for wait in self.waits(agent_id) if (wait.path, wait.command) == (path, command))

    def remind(self, agent_id: int, task_id: str, since: float) -> bool:
        kept = self._connection.execute(
            "INSERT OR IGNORE INTO reminder (agent, task, since) VALUES (?, ?, ?)", (agent_id, task_id, since)
        )
        return kept.rowcount == 1

    def waits(self, agent_id: int) -> list[Wait]:
        rows = self._connection.execute(
            "SELECT path, command, attempts, last_at FROM wait WHERE agent = ? ORDER BY path, command", (agent_id,)
        )
        return [Wait(*row) for row in rows]

    def ran(self, agent_id: int, command: str, *, failed: bool) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO tested (agent, command, failed, at) VALUES (?, ?, ?, ?)",
            (agent_id, command, failed, self._now),
        )

    def tested(self, agent_id: int) -> LastTests | None:
        from mcp_server.domain.messages import LastTests

        row = self._connection.execute("SELECT command, failed, at FROM tested WHERE agent = ?", (agent_id,)).fetchone()
        return LastTests(row[0], bool(row[1]), row[2]) if row else None

    def ended(self, agent_id: int, command: str, *, failed: bool) -> None:
        if failed:
            self._connection.execute(
                "INSERT OR REPLACE INTO last_failure (agent, command, at) VALUES (?, ?, ?)",
                (agent_id, command, self._now),
            )
        else:
            self._connection.execute("DELETE FROM last_failure WHERE agent = ? AND command = ?", (agent_id, command))

    def failed_last(self, agent_id: int, command: str) -> bool:
        """Whether this is what `last_failure` would name."""
        query = "SELECT 1 FROM last_failure WHERE agent = ? AND command = ?"
        return self._connection.execute(query, (agent_id, command)).fetchone() is not None

    def last_failure(self, agent_id: int) -> LastFailure | None:
        row = self._connection.execute("SELECT command, at FROM last_failure WHERE agent = ?", (agent_id,)).fetchone()
        if row is None:
            return None
        from mcp_server.domain.messages import LastFailure

        return LastFailure(*row)

    def is_failing(self, agent_id: int) -> bool:
        query = "SELECT 1 FROM track WHERE agent = ? AND kind = 'failure' AND times > 0 LIMIT 1"
        return self._connection.execute(query, (agent_id,)).fetchone() is not None

    def over(self, agent_id: int, command: str, paths: Iterable[str]) -> None:
        for path in paths:
            self._connection.execute(
                "DELETE FROM wait WHERE agent = ? AND path = ? AND command = ?", (agent_id, path, command)
            )


class SqliteJournal:
    """Who edited what, and when last."""

    def __init__(self, connection: Connection, now: float, presence: Callable[[], Holders]) -> None:
        self._connection = connection
        self._now = now
        self._presence = presence

    def edited(self, path: str, agent_id: int) -> None:
        """This agent has edited `path` just now."""
        self._connection.execute(
            "INSERT INTO edit (path, agent, first_at, last_at, times) VALUES (?, ?, ?, ?, 1) "
            "ON CONFLICT (path, agent) DO UPDATE SET last_at = excluded.last_at, times = times + 1",
            (path, agent_id, self._now, self._now),
        )

    def editors(self, path: str) -> list[Editor]:
        return [self._editor(row) for row in self._connection.execute(_EDITORS, (path,))]

    def _editor(self, row: Sequence[Any]) -> Editor:
        agent, name, at, *signs, task = row
        return Editor(agent, name, at, task, lambda: self._presence().is_gone_by(signs))

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
