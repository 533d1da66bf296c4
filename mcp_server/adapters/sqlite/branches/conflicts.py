"""Conflicts between branches, on SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable

from mcp_server.domain.conflict import Conflict, Known, Lines


class SqliteConflicts:
    """The conflicts' book."""

    now: float

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def all(self) -> list[Known]:
        rows = self._connection.execute(
            "SELECT ours, theirs, path, kind, our_lines, their_lines, sign, found_at, is_open, told FROM conflict "
            "ORDER BY ours, theirs, path"
        )
        return [
            Known(ours, theirs, Conflict(path, kind, _lines(our), _lines(their), sign), found_at, bool(is_open), told)
            for ours, theirs, path, kind, our, their, sign, found_at, is_open, told in rows
        ]

    def find(self, ours: str, theirs: str, conflict: Conflict) -> None:
        lines = json.dumps(conflict.ours), json.dumps(conflict.theirs)
        self._connection.execute(
            "INSERT INTO conflict (ours, theirs, path, kind, our_lines, their_lines, sign, found_at, is_open) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT (ours, theirs, path) DO UPDATE SET kind = excluded.kind, "
            "our_lines = excluded.our_lines, their_lines = excluded.their_lines, sign = excluded.sign, "
            "found_at = iif(is_open, found_at, excluded.found_at), is_open = 1",
            (ours, theirs, conflict.path, conflict.kind, *lines, conflict.sign, self.now),
        )

    def close(self, ours: str, theirs: str, path: str) -> None:
        """It is over."""
        self._connection.execute(
            "UPDATE conflict SET is_open = 0 WHERE ours = ? AND theirs = ? AND path = ?", (ours, theirs, path)
        )

    def tell(self, ours: str, theirs: str, path: str) -> None:
        self._connection.execute(
            "UPDATE conflict SET told = sign WHERE ours = ? AND theirs = ? AND path = ?", (ours, theirs, path)
        )

    def keep(self, pairs: Iterable[tuple[str, str]]) -> None:
        kept = set(pairs)
        rows = self._connection.execute("SELECT DISTINCT ours, theirs FROM conflict").fetchall()
        self._connection.executemany(
            "DELETE FROM conflict WHERE ours = ? AND theirs = ?", [row for row in rows if row not in kept]
        )


def _lines(text: str) -> Lines:
    return tuple((first, last) for first, last in json.loads(text))
