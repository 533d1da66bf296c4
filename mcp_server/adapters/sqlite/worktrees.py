"""The worktrees that Interlock made, and the merges that were begun, on SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from mcp_server.domain.merge import PendingMerge
from mcp_server.domain.worktree import State, Worktree

_WORKTREES = "SELECT name, path, branch, base, start, task, state, made_at, undone, landed FROM worktree "


class SqliteWorktrees:
    """The worktrees' book."""

    now: float

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, name: str, path: str, *, branch: str, base: str, start: str, task: str | None) -> Worktree:
        self._connection.execute(
            "INSERT INTO worktree (name, path, branch, base, start, task, state, made_at) "
            "VALUES (?, ?, ?, ?, ?, ?, 'making', ?)",
            (name, path, branch, base, start, task, self.now),
        )
        return Worktree(name, path, branch, base, start, task, "making", self.now)

    def get(self, name: str) -> Worktree | None:
        """The worktree of this name, or None."""
        return self._one("WHERE name = ?", name)

    def at(self, path: str) -> Worktree | None:
        return self._one("WHERE path = ?", path)

    def of_task(self, task_id: str) -> Worktree | None:
        return self._one("WHERE task = ? ORDER BY made_at DESC, name LIMIT 1", task_id)

    def all(self) -> list[Worktree]:
        return [_worktree(row) for row in self._connection.execute(_WORKTREES + "ORDER BY made_at, name")]

    def move(self, name: str, state: State) -> None:
        """It is now being made, ready, or being removed."""
        self._connection.execute("UPDATE worktree SET state = ? WHERE name = ?", (state, name))

    def leave(self, name: str, undone: Sequence[str]) -> None:
        self._connection.execute(
            "UPDATE worktree SET undone = ? WHERE name = ?", (json.dumps(list(undone), ensure_ascii=False), name)
        )

    def relocate(self, name: str, path: str) -> None:
        """It was moved to this folder."""
        self._connection.execute("UPDATE worktree SET path = ? WHERE name = ?", (path, name))

    def record_merge(self, name: str, commit: str | None) -> None:
        self._connection.execute("UPDATE worktree SET landed = ? WHERE name = ?", (commit, name))

    def forget(self, name: str) -> None:
        """It is gone."""
        self._connection.execute("DELETE FROM worktree WHERE name = ?", (name,))

    def _one(self, where: str, value: str) -> Worktree | None:
        row = self._connection.execute(_WORKTREES + where, (value,)).fetchone()
        return None if row is None else _worktree(row)


def _worktree(row: Sequence[object]) -> Worktree:
    found = Worktree(*row)  # type: ignore[arg-type]  # a row in the order of the fields
    return found._replace(undone=tuple(json.loads(str(row[8]))))


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
