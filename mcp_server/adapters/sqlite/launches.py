"""The sessions that were started for tasks, on SQLite."""

from __future__ import annotations

import sqlite3

from mcp_server.domain.launch import Launch, Way

_LAUNCHES = f"SELECT {', '.join(Launch._fields)} FROM launch "  # noqa: S608  the fields are ours


class SqliteLaunches:
    """The launches' book."""

    now: float

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, task: str, agent: int, *, session: str | None, way: Way, name: str) -> Launch:
        self._connection.execute(
            "INSERT INTO launch (task, agent, session, way, name, launched_at) VALUES (?, ?, ?, ?, ?, ?)",
            (task, agent, session, way, name, self.now),
        )
        return Launch(task, agent, session, way, name, "", None, None, self.now)

    def get(self, task: str) -> Launch | None:
        """The session for this task, or None."""
        return next(iter(self._many("WHERE task = ?", task)), None)

    def expected(self, worktree: str) -> Launch | None:
        return next(iter(self._many("WHERE session IS NULL AND worktree = ?", worktree)), None)

    def all(self) -> list[Launch]:
        return self._many("ORDER BY launched_at, task")

    def worktree_made(self, task: str, worktree: str) -> None:
        self._connection.execute("UPDATE launch SET worktree = ? WHERE task = ?", (worktree, task))

    def placed(self, task: str, place: str | None, server: str | None) -> None:
        self._connection.execute("UPDATE launch SET place = ?, server = ? WHERE task = ?", (place, server, task))

    def reported(self, task: str, session: str) -> None:
        self._connection.execute("UPDATE launch SET session = ? WHERE task = ?", (session, task))

    def forget(self, task: str) -> None:
        """There is no session for it any more."""
        self._connection.execute("DELETE FROM launch WHERE task = ?", (task,))

    def _many(self, where: str, *values: str) -> list[Launch]:
        return [Launch(*row) for row in self._connection.execute(_LAUNCHES + where, values)]
