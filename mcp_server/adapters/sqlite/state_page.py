"""The blocks of the state page, and the hand-overs that came or went as files, on SQLite."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from mcp_server.adapters.sqlite.ids import fresh
from mcp_server.domain.messages import PERSON, Entry, EntryKind, Handover, Shown

VERSION = "page version"
LOST = "page lost"
_BLOCKS = """
    SELECT b.id, b.entry, b.at, a.name, a.name = ?, b.kind, b.sign, b.text, b.version, b.place
    FROM block b JOIN agent a ON a.id = b.agent """
_TAKE = f"""
    INSERT INTO entry (id, at, agent, kind, text, revision, uncommitted, shown)
    VALUES ({fresh("entry")}, ?, ?, ?, ?, ?, ?, 1)"""  # noqa: S608  names of ours
_HANDOVERS = "SELECT id, sign, message, task, name, place FROM handover "


class SqliteStatePage:
    """What the state knows of the shared state's page."""

    now: float

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def version(self) -> int:
        """The version of the page that was written last."""
        row = self._connection.execute("SELECT value FROM note WHERE key = ?", (VERSION,)).fetchone()
        return int(row[0]) if row else 0

    def set_version(self, version: int) -> None:
        """This version of the page is being written."""
        self._connection.execute("INSERT OR REPLACE INTO note (key, value) VALUES (?, ?)", (VERSION, version))

    def here(self) -> list[Shown]:
        return self._blocks("WHERE b.place = 'here' ORDER BY b.entry, b.id")

    def elsewhere(self, signs: Sequence[str]) -> list[Shown]:
        return self._blocks(
            "WHERE b.sign IN (SELECT value FROM json_each(?)) AND b.place <> 'here' ORDER BY b.id",
            json.dumps(list(signs)),
        )

    def fresh(self) -> list[Entry]:
        rows = self._connection.execute(
            "SELECT e.id, e.at, a.name, e.kind, e.text, e.revision, e.uncommitted, e.doubt "
            "FROM entry e JOIN agent a ON a.id = e.agent WHERE e.shown = 0 AND e.hidden = 0 ORDER BY e.id"
        )
        return [Entry(*row) for row in rows]

    def statuses(self) -> set[int]:
        return {row[0] for row in self._connection.execute("SELECT id FROM entry WHERE kind = 'status'")}

    def take(self, agent_id: int, kind: EntryKind, text: str, revision: str | None, uncommitted: int | None) -> Entry:
        number = self._connection.execute(_TAKE, (self.now, agent_id, kind, text, revision, uncommitted)).lastrowid
        [author] = self._connection.execute("SELECT name FROM agent WHERE id = ?", (agent_id,)).fetchone()
        return Entry(number or 0, self.now, author, kind, text, revision, uncommitted)

    def put(self, entry: Entry, sign: str, text: str, version: int, place: str) -> None:
        self._connection.execute(
            "INSERT INTO block (entry, at, agent, kind, sign, text, version, place) "
            "VALUES (?, ?, (SELECT id FROM agent WHERE name = ?), ?, ?, ?, ?, ?)",
            (entry.id, entry.at, entry.author, entry.kind, sign, text if place == "here" else "", version, place),
        )
        self._connection.execute("UPDATE entry SET shown = 1 WHERE id = ?", (entry.id,))

    def move(self, row: Shown) -> None:
        text = row.text if row.place == "here" else ""
        self._connection.execute(
            "UPDATE block SET place = ?, version = ?, text = ? WHERE id = ?", (row.place, row.version, text, row.id)
        )
        self._connection.execute("UPDATE entry SET hidden = ? WHERE id = ?", (row.hidden, row.entry))

    def lose(self) -> bool:
        version = self.version()
        row = self._connection.execute("SELECT value FROM note WHERE key = ?", (LOST,)).fetchone()
        self._connection.execute("INSERT OR REPLACE INTO note (key, value) VALUES (?, ?)", (LOST, version))
        return row is None or row[0] != version

    def _blocks(self, where: str, *values: str) -> list[Shown]:
        rows = self._connection.execute(_BLOCKS + where, (PERSON, *values))
        return [Shown(*row)._replace(by_person=bool(row[4])) for row in rows]


class SqliteHandovers:
    """The hand-overs that came or went as files."""

    now: float

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def open(self) -> list[Handover]:
        return [
            Handover(*row) for row in self._connection.execute(_HANDOVERS + "WHERE place <> 'completed' ORDER BY id")
        ]

    def arriving(self, sign: str) -> Handover | None:
        row = self._connection.execute(_HANDOVERS + "WHERE place = 'new' AND sign = ?", (sign,)).fetchone()
        return Handover(*row) if row else None

    def add(self, sign: str, message: int, task: str | None, name: str, place: str) -> None:
        """A hand-over, its message and the name that its file is to have."""
        self._connection.execute(
            "INSERT INTO handover (sign, message, task, name, place) VALUES (?, ?, ?, ?, ?)",
            (sign, message, task, name, place),
        )

    def move(self, number: int, name: str, place: str) -> None:
        """Its file is now here, under this name."""
        self._connection.execute("UPDATE handover SET name = ?, place = ? WHERE id = ?", (name, place, number))
