"""What shows that an agent goes in circles, on SQLite.

On the path of a hook, which loads it only when there may be a sign: takes an open connection, imports next to nothing.
"""

from __future__ import annotations

from mcp_server.adapters.sqlite.ids import fresh

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection
    from typing import Any

    from mcp_server.ports.tracks import Attempt, Track

LONGEST = 300
MOST_CONTENTS = 20
"""Of a file: what it was before its latest twenty edits is not compared."""
MOST_LINES = 50
"""Failures of an attempt that are kept apart; more of them are no circle."""
_COUNT = """
    INSERT INTO track (agent, task, since, kind, subject, detail, times, total, last_at)
    VALUES (?, ?, ?, ?, ?, ?, 1, 1, ?)
    ON CONFLICT (agent, since, kind, subject, detail)
        DO UPDATE SET times = times + 1, total = total + 1, last_at = excluded.last_at
    RETURNING times"""
_REFUSED = """
    SELECT count(*), max(id) FROM event
    WHERE kind = 'refused' AND agent = ?1 AND detail = 'outside' AND at >= ?2
        AND id > ifnull((SELECT forgiven FROM off_track WHERE agent = ?1), 0)"""
_NOTIFY = f"""
    INSERT INTO event (id, at, agent, kind, subject, detail)
    VALUES ({fresh("event")}, ?, ?, 'off_track', ?, ?)"""  # noqa: S608  names of ours


class SqliteTracks:
    """The book of one transaction."""

    def __init__(self, connection: Connection, now: float) -> None:
        self._connection = connection
        self.now = now

    def failed(self, attempt: Attempt, command: str, line: str) -> int:

        return self._count(attempt, "failure", command, line)

    def failing(self, attempt: Attempt) -> list[tuple[str, str]]:
        rows = self._connection.execute(
            "SELECT subject, detail FROM track WHERE agent = ? AND since = ? AND kind = 'failure' AND times > 0",
            (attempt.agent, attempt.since),
        )
        return [(row[0], row[1]) for row in rows]

    def changed(self, attempt: Attempt, command: str, line: str | None = None) -> None:
        self._connection.execute(
            "UPDATE track SET times = 0 WHERE agent = ? AND since = ? AND kind = 'failure' AND subject = ? "
            "AND detail = ifnull(?, detail)",
            (attempt.agent, attempt.since, command, line),
        )

    def edited(self, attempt: Attempt, path: str, before: str | None, after: str) -> tuple[bool, int]:
        known = self._contents(attempt.agent, path)
        if not known and before is not None:
            self._keep(attempt.agent, path, before, 0)
            known = [before]
        is_return = after in known and after != known[-1]
        self._keep(attempt.agent, path, after, len(known))
        return after not in known, self._count(attempt, "return", path, "") if is_return else 0

    def corrected(self, attempt: Attempt, words: str) -> int:

        self._count(attempt, "correction", "", words)
        query = "SELECT sum(times) FROM track WHERE agent = ? AND since = ? AND kind = 'correction'"
        [times] = self._connection.execute(query, (attempt.agent, attempt.since)).fetchone()
        return int(times)

    def spent(self, attempt: Attempt, times: int) -> bool:
        return self._count(attempt, "tokens", str(times), "") == 1

    def committed(self, attempt: Attempt) -> None:
        self._connection.execute(
            "UPDATE track SET times = 0 WHERE agent = ? AND since = ? AND kind IN ('correction', 'return')",
            (attempt.agent, attempt.since),
        )
        self._connection.execute("DELETE FROM track_content WHERE agent = ?", (attempt.agent,))

    def refused(self, attempt: Attempt) -> int:

        count, last = self._connection.execute(_REFUSED, (attempt.agent, attempt.since)).fetchone()
        self._begin(attempt)
        self._connection.execute("UPDATE off_track SET seen = ? WHERE agent = ?", (last or 0, attempt.agent))
        return int(count)

    def forgive(self, agent_id: int) -> None:
        self._connection.execute(
            "INSERT INTO off_track (agent, task, since, forgiven) "
            "SELECT ?, '', 0, ifnull(max(id), 0) FROM event WHERE true "
            "ON CONFLICT (agent) DO UPDATE SET forgiven = excluded.forgiven",
            (agent_id,),
        )

    def sign(self, attempt: Attempt) -> int:

        self._begin(attempt)
        row = self._connection.execute(
            "UPDATE off_track SET signs = signs + 1 WHERE agent = ? RETURNING signs", (attempt.agent,)
        ).fetchall()
        return int(row[0][0])

    def notify(self, attempt: Attempt, words: str) -> None:
        self._connection.execute(_NOTIFY, (self.now, attempt.agent, attempt.task, words[:500]))

    def of_task(self, task_id: str) -> list[Track]:
        from mcp_server.ports.tracks import Track

        rows = self._connection.execute(
            "SELECT a.name, t.kind, t.subject, t.detail, t.total, t.last_at FROM track t "
            "JOIN agent a ON a.id = t.agent WHERE t.task = ? ORDER BY t.last_at, t.subject, t.detail",
            (task_id,),
        )
        return [Track(*row) for row in rows]

    def refused_on(self, task_id: str, limit: int) -> list[str]:
        rows = self._connection.execute(
            "SELECT e.subject FROM off_track o JOIN event e ON e.agent = o.agent AND e.at >= o.since "
            "WHERE o.task = ? AND e.kind = 'refused' AND e.detail = 'outside' "
            "GROUP BY e.subject ORDER BY max(e.id) DESC LIMIT ?",
            (task_id, limit),
        )
        return [row[0] for row in rows]

    def _count(self, attempt: Attempt, kind: str, subject: str, detail: str) -> int:
        values = (*_key(attempt), kind, subject[:LONGEST], detail[:LONGEST], self.now)
        [[times]] = self._connection.execute(_COUNT, values).fetchall()
        self._connection.execute(
            "DELETE FROM track WHERE agent = ?1 AND since = ?2 AND kind = ?3 AND (subject, detail) NOT IN "
            "(SELECT subject, detail FROM track WHERE agent = ?1 AND since = ?2 AND kind = ?3 "
            "ORDER BY last_at DESC LIMIT ?4)",
            (attempt.agent, attempt.since, kind, MOST_LINES),
        )
        return int(times)

    def _contents(self, agent_id: int, path: str) -> list[str]:
        """The signs of what the file was, oldest first."""
        query = "SELECT sign FROM track_content WHERE agent = ? AND path = ? ORDER BY number"
        return [row[0] for row in self._connection.execute(query, (agent_id, path))]

    def _keep(self, agent_id: int, path: str, sign: str, known: int) -> None:
        query = "SELECT ifnull(max(number), 0) + 1 FROM track_content WHERE agent = ? AND path = ?"
        [number] = self._connection.execute(query, (agent_id, path)).fetchone()
        self._connection.execute(
            "INSERT OR REPLACE INTO track_content (agent, path, sign, at, number) VALUES (?, ?, ?, ?, ?)",
            (agent_id, path, sign, self.now, number),
        )
        if known >= MOST_CONTENTS:
            self._connection.execute(
                "DELETE FROM track_content WHERE agent = ? AND path = ? AND number <= ?",
                (agent_id, path, number - MOST_CONTENTS),
            )

    def _begin(self, attempt: Attempt) -> None:
        """What was told in an earlier attempt does not count in this one."""
        self._connection.execute(
            "INSERT INTO off_track (agent, task, since) VALUES (?, ?, ?) ON CONFLICT (agent) DO UPDATE SET "
            "task = excluded.task, since = excluded.since, signs = 0 "
            "WHERE since <> excluded.since OR task <> excluded.task",
            _key(attempt),
        )


def _key(attempt: Attempt) -> tuple[Any, ...]:
    return attempt.agent, attempt.task, attempt.since
