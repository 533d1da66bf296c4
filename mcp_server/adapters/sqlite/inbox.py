"""Messages on their way, on SQLite. On the hot path of a hook: takes an open connection, imports next to nothing."""

from __future__ import annotations

from mcp_server.adapters.sqlite.ids import fresh
from mcp_server.domain.activity import Delivery

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection

_UNSEEN = """
    SELECT m.id, s.name, m.subject, m.body, m.times
    FROM delivery d JOIN message m ON m.id = d.message LEFT JOIN agent s ON s.id = m.sender
    WHERE d.agent = ? AND d.shown_at IS NULL AND d.read_at IS NULL ORDER BY d.message LIMIT ?"""

_AGAIN = """
    UPDATE message SET times = times + 1 WHERE id = (
        SELECT max(m.id) FROM message m JOIN delivery d ON d.message = m.id
        WHERE m.sender IS ? AND m.subject = ? AND m.body = ? AND m.task IS NULL AND d.agent = ? AND d.read_at IS NULL
    ) RETURNING id"""

_POST = f"""
    INSERT INTO message (id, at, sender, recipient, subject, body)
    SELECT {fresh("message")}, ?, ?, name, ?, ? FROM agent WHERE id = ?"""  # noqa: S608  names of ours


class SqliteInbox:
    """What an agent is shown at its next step, without its asking."""

    def __init__(self, connection: Connection, now: float) -> None:
        self._connection = connection
        self._now = now

    def post(self, sender: int | None, reader: int, subject: str, body: str) -> int:
        """Send a message to one agent; None sends it in Interlock's own name. What it has unread is only counted."""
        again = self._connection.execute(_AGAIN, (sender, subject, body, reader)).fetchone()
        if again is not None:
            return int(again[0])
        number = self._connection.execute(_POST, (self._now, sender, subject, body, reader)).lastrowid
        self._connection.execute("INSERT INTO delivery (agent, message) VALUES (?, ?)", (reader, number))
        return number or 0

    def unseen(self, agent_id: int, limit: int) -> list[Delivery]:
        return [Delivery(*row) for row in self._connection.execute(_UNSEEN, (agent_id, limit))]

    def latest(self) -> int:
        return int(self._connection.execute("SELECT ifnull(max(id), 0) FROM message").fetchone()[0])

    def seen(self, agent_id: int, message_id: int, *, whole: bool) -> None:
        self._connection.execute(
            "UPDATE delivery SET shown_at = ?, read_at = iif(?, ?, read_at) WHERE agent = ? AND message = ?",
            (self._now, whole, self._now, agent_id, message_id),
        )
