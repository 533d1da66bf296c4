"""The worktrees that Interlock made, the sessions started in them, and the merges that were begun, on SQLite."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.adapters.sqlite.scope_rows import dumps, loads
from mcp_server.domain.launch import Launch, Way
from mcp_server.domain.merge import PendingMerge
from mcp_server.domain.worktree import State, Worktree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

_LAUNCHES = f"SELECT {', '.join(Launch._fields)} FROM launch "  # noqa: S608  the fields are ours
_WORKTREES = "SELECT name, path, branch, base, start, task, state, made_at, undone, landed FROM worktree "


class SqliteWorktrees:
    """The worktrees' book."""

    now: float

    def __init__(self, connection: Connection) -> None:
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

    def are_there(self) -> bool:
        return self._connection.execute("SELECT 1 FROM worktree LIMIT 1").fetchone() is not None

    def around(self, task_id: str, path: str) -> list[Worktree]:
        query = _WORKTREES + "WHERE (task = ? OR path = ?) AND state <> 'removing' ORDER BY made_at DESC, name"
        return [_worktree(row) for row in self._connection.execute(query, (task_id, path))]

    def unmerged(self) -> list[Worktree]:
        query = (
            "WHERE landed IS NULL AND state = 'ready' AND EXISTS (SELECT 1 FROM task WHERE task.id = worktree.task "
            "AND task.status = 'done') ORDER BY made_at, name"
        )
        return [_worktree(row) for row in self._connection.execute(_WORKTREES + query)]

    def move(self, name: str, state: State) -> None:
        """It is now being made, ready, or being removed."""
        self._connection.execute("UPDATE worktree SET state = ? WHERE name = ?", (state, name))

    def leave(self, name: str, undone: Sequence[str]) -> None:
        self._connection.execute(
            "UPDATE worktree SET undone = ? WHERE name = ?", (dumps(list(undone), ensure_ascii=False), name)
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
    return found._replace(undone=tuple(loads(str(row[8]))))


class SqlitePendingMerges:
    """The pending merges."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, merge: PendingMerge) -> None:
        """This merge is about to move its base."""
        self._connection.execute(
            "INSERT OR REPLACE INTO pending_merge (branch, base, old, new, root, worktree, agent, approves) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            merge,
        )

    def pending(self) -> list[PendingMerge]:
        """Those that have not ended."""
        rows = self._connection.execute(
            "SELECT branch, base, old, new, root, worktree, agent, approves FROM pending_merge ORDER BY branch"
        )
        return [PendingMerge(*row)._replace(approves=bool(row[7])) for row in rows]

    def end(self, branch: str) -> None:
        """Nothing of it is left to be done."""
        self._connection.execute("DELETE FROM pending_merge WHERE branch = ?", (branch,))


class SqliteLaunches:
    """The launches' book."""

    now: float

    def __init__(self, connection: Connection) -> None:
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
