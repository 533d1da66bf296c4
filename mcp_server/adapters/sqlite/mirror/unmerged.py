"""The work that the other machines can't have yet, on SQLite."""

from __future__ import annotations

from mcp_server.domain.machines.unmerged import UnmergedWork

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

_UNMERGED = "SELECT task, host, branch, base, merged FROM unmerged "


class SqliteUnmerged:
    """The book of unmerged work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, work: UnmergedWork) -> None:
        self._connection.execute(
            "INSERT INTO unmerged (task, host, branch, base, merged) VALUES (?, ?, ?, ?, ?) ON CONFLICT (task) DO "
            "UPDATE SET host = excluded.host, branch = excluded.branch, base = excluded.base, merged = excluded.merged",
            work,
        )

    def of(self, task_id: str) -> UnmergedWork | None:
        row = self._connection.execute(_UNMERGED + "WHERE task = ?", (task_id,)).fetchone()
        return None if row is None else UnmergedWork(*row)

    def all(self) -> list[UnmergedWork]:
        return [UnmergedWork(*row) for row in self._connection.execute(_UNMERGED + "ORDER BY task")]

    def end(self, task_id: str) -> None:
        self._connection.execute("DELETE FROM unmerged WHERE task = ?", (task_id,))
