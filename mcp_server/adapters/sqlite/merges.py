"""Merges that were begun, on SQLite."""

from __future__ import annotations

import sqlite3

from mcp_server.domain.merge import PendingMerge


class SqlitePendingMerges:
    """The pending merges."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def begin(self, merge: PendingMerge) -> None:
        """This merge is about to move its base."""
        self._connection.execute(
            "INSERT OR REPLACE INTO landing (branch, base, old, new, root, worktree, agent) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            merge,
        )

    def pending(self) -> list[PendingMerge]:
        """Those that have not ended."""
        rows = self._connection.execute(
            "SELECT branch, base, old, new, root, worktree, agent FROM landing ORDER BY branch"
        )
        return [PendingMerge(*row) for row in rows]

    def end(self, branch: str) -> None:
        """Nothing of it is left to be done."""
        self._connection.execute("DELETE FROM landing WHERE branch = ?", (branch,))
