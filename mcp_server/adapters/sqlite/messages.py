"""The log, the shared state and the messages, on SQLite."""

from __future__ import annotations

from mcp_server.adapters.sqlite.ids import fresh
from mcp_server.adapters.sqlite.scope_rows import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from sqlite3 import Connection
    from typing import Any

    from mcp_server.domain.messages import Entry, EntryKind, Event, Message

_INBOX = """
    SELECT m.id, m.at, s.name, m.recipient, m.subject, m.body, m.times
    FROM delivery d JOIN message m ON m.id = d.message LEFT JOIN agent s ON s.id = m.sender
    WHERE d.agent = ? """
_OLDEST_UNREAD = "AND d.read_at IS NULL ORDER BY m.id LIMIT ?"
_NEWEST = "ORDER BY m.id DESC LIMIT ?"
_ENTRIES = """
    SELECT e.id, e.at, a.name, e.kind, e.text, e.revision, e.uncommitted, e.doubt
    FROM entry e JOIN agent a ON a.id = e.agent """
_REPEATED = """
    SELECT m.id FROM message m WHERE m.sender IS ? AND m.recipient = ? AND m.subject = ? AND m.body = ?
        AND m.task IS ? AND m.id IN (SELECT message FROM delivery WHERE agent = ? AND read_at IS NULL)
    ORDER BY m.id DESC LIMIT 1"""
_REPEATED_FOR_TASK = """
    SELECT id FROM message WHERE sender IS ? AND recipient = ? AND subject = ? AND body = ? AND task = ?
    ORDER BY id DESC LIMIT 1"""

_ADD_EVENT = f"""
    INSERT INTO event (id, at, agent, kind, subject, detail)
    VALUES (ifnull(?, {fresh("event")}), ?, ?, ?, ?, ?)"""  # noqa: S608  names of ours
_ADD_ENTRY = f"""
    INSERT INTO entry (id, at, agent, kind, text, revision, uncommitted, doubt)
    VALUES ({fresh("entry")}, ?, ?, ?, ?, ?, ?, ?)"""  # noqa: S608  names of ours
_ADD_MESSAGE = f"""
    INSERT INTO message (id, at, sender, recipient, subject, body, task)
    VALUES ({fresh("message")}, ?, ?, ?, ?, ?, ?)"""  # noqa: S608  names of ours

_KINDS = ("status", "next", "learning")


class SqliteEvents:
    """The append-only log."""

    now: float

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(  # noqa: D102  described by the port
        self,
        kind: str,
        subject: str,
        *,
        agent: int | None = None,
        detail: str | None = None,
        id: int | None = None,  # noqa: A002  the event's own number
    ) -> int:
        return self._connection.execute(_ADD_EVENT, (id, self.now, agent, kind, subject, detail)).lastrowid or 0

    def recent(self, limit: int, *, subject: str | None = None, after: int = 0) -> list[Event]:  # noqa: D102  described by the port
        rows = self._connection.execute(
            "SELECT e.id, e.at, a.name, e.kind, e.subject, e.detail FROM event e LEFT JOIN agent a ON a.id = e.agent "
            "WHERE e.id > ? AND (? IS NULL OR e.subject = ?) ORDER BY e.id DESC LIMIT ?",
            (after, subject, subject, limit),
        )
        from mcp_server.domain.messages import Event

        return [Event(*row) for row in rows][::-1]


class SqliteShared:
    """The shared state and the messages."""

    now: float

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def write(  # noqa: PLR0913  one argument per part of an entry
        self,
        agent_id: int,
        kind: EntryKind,
        text: str,
        revision: str | None,
        uncommitted: int | None,
        doubt: str | None = None,
    ) -> Entry:
        """Keep an entry; a `status` replaces the one that its author wrote before."""
        if kind == "status":
            self._connection.execute("DELETE FROM entry WHERE kind = 'status' AND agent = ?", (agent_id,))
        number = self._connection.execute(
            _ADD_ENTRY, (self.now, agent_id, kind, text, revision, uncommitted, doubt)
        ).lastrowid
        return self._entries("WHERE e.id = ?", number)[0]

    def entries(self, since: float | None) -> list[Entry]:
        """All that was written after `since`, oldest first."""
        return self._entries("WHERE e.at > ? AND e.hidden = 0 ORDER BY e.id", -1.0 if since is None else since)

    def newest(self, most: int) -> tuple[list[Entry], int]:
        part = "SELECT id FROM entry WHERE kind = '{}' AND hidden = 0 ORDER BY id DESC LIMIT ?1"
        chosen = " UNION ALL ".join(f"SELECT id FROM ({part.format(kind)})" for kind in _KINDS)  # noqa: S608  kinds of ours
        found = self._entries(f"WHERE e.id IN ({chosen}) ORDER BY e.id", most)
        total = self._connection.execute("SELECT count(*) FROM entry WHERE hidden = 0").fetchone()[0]
        return found, int(total) - len(found)

    def send(  # noqa: PLR0913  one argument per part of a message
        self,
        sender: int | None,
        recipient: str,
        readers: Sequence[int],
        subject: str,
        body: str,
        *,
        task: int | None = None,
    ) -> int:
        """Keep a message for its readers, and, with `task`, for the next holder of that task.

        One that all of them have unread already is not kept twice: it is counted.
        """
        again = self._repeated(sender, recipient, readers, subject, body, task)
        if again is not None:
            self._connection.execute("UPDATE message SET times = times + 1 WHERE id = ?", (again,))
            return again
        number = self._connection.execute(_ADD_MESSAGE, (self.now, sender, recipient, subject, body, task)).lastrowid
        if task is not None:
            self._connection.execute("UPDATE task SET kept = 1 WHERE seq = ?", (task,))
        self._connection.executemany(
            "INSERT OR IGNORE INTO delivery (agent, message) VALUES (?, ?)", [(reader, number) for reader in readers]
        )
        return number or 0

    def inbox(self, agent_id: int, *, unread_only: bool, limit: int) -> list[Message]:
        """The messages to this agent, oldest first; the oldest `limit` of the unread, the newest of all."""
        order = _OLDEST_UNREAD if unread_only else _NEWEST
        rows = self._connection.execute(_INBOX + order, (agent_id, limit))
        found = _messages(rows)
        return found if unread_only else found[::-1]

    def read(self, agent_id: int, message_ids: Sequence[int]) -> None:
        """This agent has read these messages."""
        self._connection.execute(
            "UPDATE delivery SET read_at = ? WHERE agent = ? AND read_at IS NULL "
            "AND message IN (SELECT value FROM json_each(?))",
            (self.now, agent_id, dumps(list(message_ids))),
        )

    def hand_on(self, task_seq: int, agent_id: int) -> None:
        self._connection.execute(
            "INSERT OR IGNORE INTO delivery (agent, message) SELECT ?, id FROM message WHERE task = ?",
            (agent_id, task_seq),
        )
        self._connection.execute("UPDATE message SET task = NULL WHERE task = ?", (task_seq,))

    def await_holder(self, message_ids: Sequence[int], task_seq: int) -> None:
        self._connection.execute(
            "UPDATE message SET task = ? WHERE id IN (SELECT value FROM json_each(?))",
            (task_seq, dumps(list(message_ids))),
        )
        self._connection.execute("UPDATE task SET kept = 1 WHERE seq = ?", (task_seq,))

    def unread(self, agent_id: int) -> list[Message]:
        rows = self._connection.execute(
            _INBOX + "AND d.read_at IS NULL AND d.shown_at IS NULL ORDER BY m.id", (agent_id,)
        )
        return _messages(rows)

    def unread_counts(self) -> dict[int, int]:
        rows = self._connection.execute(
            "SELECT a.id, count(*) FROM agent a JOIN delivery d ON d.agent = a.id "
            "WHERE a.ended_at IS NULL AND d.shown_at IS NULL AND d.read_at IS NULL GROUP BY a.id"
        )
        return dict(rows.fetchall())

    def was_read(self, message_id: int) -> bool:
        row = self._connection.execute(
            "SELECT 1 FROM delivery WHERE message = ? AND read_at IS NOT NULL LIMIT 1", (message_id,)
        ).fetchone()
        return row is not None

    def _repeated(  # noqa: PLR0913  one argument per part of a message
        self, sender: int | None, recipient: str, readers: Sequence[int], subject: str, body: str, task: int | None
    ) -> int | None:
        """The message that says the same and that each of these readers has unread, or None."""
        said = (sender, recipient, subject, body, task)
        found = [self._connection.execute(_REPEATED, (*said, reader)).fetchone() for reader in readers]
        if not readers and task is not None:
            found = [self._connection.execute(_REPEATED_FOR_TASK, said).fetchone()]
        numbers = {row[0] if row else None for row in found}
        return numbers.pop() if len(numbers) == 1 else None

    def _entries(self, where: str, value: float | None) -> list[Entry]:
        from mcp_server.domain.messages import Entry

        return [Entry(*row) for row in self._connection.execute(_ENTRIES + where, (value,))]


def _messages(rows: Iterable[tuple[Any, ...]]) -> list[Message]:
    """These rows as messages; a hook that finds none does not load what they are."""
    found = list(rows)
    if not found:
        return []
    from mcp_server.domain.messages import Message

    return [Message(*row) for row in found]
