"""The files that were taken from the inbox, on SQLite."""

from __future__ import annotations

from mcp_server.domain.unattended.request import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

_REQUESTS = f"SELECT {', '.join(Request._fields)} FROM request "  # noqa: S608  the fields are ours


class SqliteRequests:
    """The requests' book."""

    now: float

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, name: str, stamp: str, task: str | None, trouble: str | None) -> Request:
        cursor = self._connection.execute(
            "INSERT INTO request (name, stamp, task, taken_at, trouble) VALUES (?, ?, ?, ?, ?)",
            (name, stamp, task, self.now, trouble),
        )
        return Request(cursor.lastrowid or 0, name, stamp, task, self.now, trouble=trouble)

    def unmoved(self) -> list[Request]:
        return self._many("WHERE kept_as IS NULL ORDER BY id")

    def moved(self, request_id: int, kept_as: str) -> None:
        """It is among those taken, under this name."""
        self._connection.execute("UPDATE request SET kept_as = ? WHERE id = ?", (kept_as, request_id))

    def of_task(self, task_id: str) -> Request | None:
        return next(iter(self._many("WHERE task = ? ORDER BY id DESC LIMIT 1", task_id)), None)

    def unsettled(self) -> list[Request]:
        return self._many("WHERE told IS NULL OR told NOT IN ('done', 'dropped', 'refused') ORDER BY id")

    def tell(self, request_id: int, state: str) -> None:
        self._connection.execute("UPDATE request SET told = ? WHERE id = ?", (state, request_id))

    def _many(self, where: str, *values: object) -> list[Request]:
        return [Request(*row) for row in self._connection.execute(_REQUESTS + where, values)]
