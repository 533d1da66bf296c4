"""Forgets what nobody will ask for any more, on SQLite: a little at a time, so that nobody waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from mcp_server.adapters.sqlite.ids import ROWS
from mcp_server.adapters.sqlite.usage.book import KEPT_SECONDS
from mcp_server.domain.text import stamp

_IDLE = """
    SELECT id FROM agent a WHERE seen_at < ?1 AND kind IN ('session', 'subagent', 'connection')
        AND NOT EXISTS (SELECT 1 FROM agent c WHERE c.parent = a.id)
        AND NOT EXISTS (SELECT 1 FROM lease WHERE holder = a.id)
        AND NOT EXISTS (SELECT 1 FROM launch WHERE agent = a.id)
        AND NOT EXISTS (SELECT 1 FROM pending_merge WHERE agent = a.id)
        AND NOT EXISTS (SELECT 1 FROM checkpoint WHERE agent = a.id)
        AND NOT EXISTS (SELECT 1 FROM entry WHERE agent = a.id)
        AND NOT EXISTS (SELECT 1 FROM block WHERE agent = a.id)
        AND NOT EXISTS (SELECT 1 FROM review WHERE author = a.id)
        AND NOT EXISTS (SELECT 1 FROM usage WHERE agent = a.id)
        AND NOT EXISTS (SELECT 1 FROM run WHERE starter = a.id)
    ORDER BY id LIMIT ?2"""
_OF_AGENT = (
    "identity edit delivery wait tested last_failure reminder command call transcript track track_content "
    "off_track begun_edit teammate".split()
)
_NOTES = """
    SELECT c.id FROM checkpoint c JOIN task t ON t.seq = c.task
    WHERE t.status IN ('done', 'dropped') AND t.changed_at < ?1 AND c.at < ?1 ORDER BY c.id LIMIT ?2"""
_REVIEWS = """
    SELECT r.task FROM review r JOIN task t ON t.seq = r.task
    WHERE t.status IN ('done', 'dropped') AND t.changed_at < ?1 AND r.asked_at < ?1 ORDER BY r.task LIMIT ?2"""
_REQUESTS = """
    SELECT id FROM request WHERE taken_at < ?1 AND kept_as IS NOT NULL AND told IN ('done', 'dropped', 'refused')
    ORDER BY id LIMIT ?2"""
_RUNS = "SELECT seq FROM run WHERE state IN ('stopped', 'done') AND since < ?1 ORDER BY seq LIMIT ?2"
_TRACKS = """
    DELETE FROM track WHERE (agent, since, kind, subject, detail) IN
        (SELECT agent, since, kind, subject, detail FROM track WHERE last_at < ?1 ORDER BY last_at LIMIT ?2)"""
_CONTENTS = """
    DELETE FROM track_content WHERE (agent, path, sign) IN
        (SELECT agent, path, sign FROM track_content WHERE at < ?1 ORDER BY at LIMIT ?2)"""
_MESSAGES = """
    SELECT id FROM message m WHERE at < ?1 AND task IS NULL
        AND NOT EXISTS (SELECT 1 FROM handover h WHERE h.message = m.id AND h.place <> 'completed')
    ORDER BY id LIMIT ?2"""


_SPENT = """
    SELECT u.id FROM usage u LEFT JOIN task t ON t.id = u.task
    WHERE u.day < ?1 AND (t.id IS NULL OR (t.status IN ('done', 'dropped') AND t.changed_at < ?2)) LIMIT ?3"""
_COUNTED = """
    SELECT r.seq FROM (SELECT seq, part FROM response ORDER BY seq LIMIT ?2) r LEFT JOIN usage u ON u.id = r.part
    WHERE u.day IS NULL OR u.day < ?1"""
_BUDGETS = """
    DELETE FROM budget WHERE (kind = 'day' AND subject < ?1)
        OR (kind = 'agent' AND CAST(subject AS INTEGER) NOT IN (SELECT id FROM agent))
        OR (kind = 'task' AND subject IN (
            SELECT id FROM task WHERE status IN ('done', 'dropped') AND changed_at < ?2))"""


AT_ONCE = 5
"""How many times as many responses go at once: there are far more of them than of anything else, and each is small."""


class SqliteRetention:
    """What is too old to be kept."""

    now: float

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def forget(self, before: float, *, most_events: int, step: int) -> int:
        """Forget at most about `step` rows of each kind that are older; how many that were."""
        kinds = (self._events(before, most_events, step), self._messages(before, step), self._notes(before, step))
        others = (self._reviews(before, step), self._tracks(before, step), self._notified(before, step))
        more = self._requests(before, step) + self._runs(before, step) + self._spent(before, step)
        return sum(kinds) + sum(others) + more + self._agents(before, step)

    def _events(self, before: float, most: int, step: int) -> int:
        # Ids grow with time, so the oldest are found without looking at the others. The newest one stays: the next
        # event's number, which is a lease's token, must be higher.
        newest = self._connection.execute("SELECT max(id) FROM event").fetchone()[0] or 0
        [step_of_ids] = self._connection.execute(f"SELECT {ROWS}").fetchone()
        rows = self._connection.execute("SELECT id, at FROM event ORDER BY id LIMIT ?", (step,)).fetchall()
        old = [row[0] for row in rows if (row[1] < before or row[0] <= newest - most * step_of_ids) and row[0] < newest]
        return self._delete("event", "id", old)

    def _messages(self, before: float, step: int) -> int:
        """Read or not; but not what waits for a task's next holder, or for a person's file."""
        old = [row[0] for row in self._connection.execute(_MESSAGES, (before, step))]
        self._delete("delivery", "message", old)
        return self._delete("message", "id", old)

    def _notes(self, before: float, step: int) -> int:
        """Notes on tasks that were over long ago."""
        return self._delete("checkpoint", "id", [row[0] for row in self._connection.execute(_NOTES, (before, step))])

    def _reviews(self, before: float, step: int) -> int:
        """Reviews of tasks that have been over for long."""
        return self._delete("review", "task", [row[0] for row in self._connection.execute(_REVIEWS, (before, step))])

    def _runs(self, before: float, step: int) -> int:
        """Runs of workflows that were over long ago; their tasks stay."""
        rows = self._connection.execute(_RUNS, (before, max(1, step // 20)))
        old = [row[0] for row in rows]
        for table in ("run_task", "run_phase"):
            self._delete(table, "run", old)
        return self._delete("run", "seq", old)

    def _tracks(self, before: float, step: int) -> int:
        """What agents did again and again long ago."""
        return sum(self._connection.execute(query, (before, step)).rowcount for query in (_TRACKS, _CONTENTS))

    def _spent(self, before: float, step: int) -> int:
        """What was spent long ago, unless on a task that is not over; and which responses were counted."""
        day, counted = stamp(before)[:10], stamp(max(before, self.now - KEPT_SECONDS))[:10]
        rows = self._connection.execute(_COUNTED, (counted, AT_ONCE * step)).fetchall()
        found = self._delete("response", "seq", [row[0] for row in rows])
        rows = self._connection.execute(_SPENT, (day, before, step)).fetchall()
        found += self._delete("usage", "id", [row[0] for row in rows])
        query = "SELECT id FROM transcript WHERE read_at < ? LIMIT ?"
        rows = self._connection.execute(query, (min(before, self.now - KEPT_SECONDS), step)).fetchall()
        found += self._delete("transcript", "id", [row[0] for row in rows])
        self._connection.execute(_BUDGETS, (day, before))
        return found

    def _agents(self, before: float, step: int) -> int:
        """Agents that were last seen long ago and that nothing names any more, with all that was kept about them."""
        old = [row[0] for row in self._connection.execute(_IDLE, (before, max(1, step // 20)))]
        for table in _OF_AGENT:
            self._delete(table, "agent", old)
        return self._delete("agent", "id", old)

    def _requests(self, before: float, step: int) -> int:
        """Files whose last word was written long ago."""
        rows = self._connection.execute(_REQUESTS, (before, step)).fetchall()
        return self._delete("request", "id", [row[0] for row in rows])

    def _notified(self, before: float, step: int) -> int:
        """What a person was notified of long ago; if it still waits by then, they are notified once more."""
        old = self._connection.execute("SELECT cause FROM notified WHERE at < ? LIMIT ?", (before, step)).fetchall()
        return self._delete("notified", "cause", [row[0] for row in old])

    def _delete(self, table: str, column: str, values: Sequence[int | str]) -> int:
        marks = ",".join("?" * len(values))
        self._connection.execute(f"DELETE FROM {table} WHERE {column} IN ({marks})", values)  # noqa: S608  names of ours
        return len(values)
