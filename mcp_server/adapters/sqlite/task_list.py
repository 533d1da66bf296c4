"""What the task list said as text, on SQLite."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence

from mcp_server.domain.task_list import MOST_VERSIONS, Seen, Trouble, Version, kept

_SEEN = """
    SELECT (SELECT ifnull(max(id), 0) FROM event), (SELECT value FROM note WHERE key = 'task list'),
        ifnull((SELECT taken FROM mirror), 0)"""


class SqliteTaskList:
    """The task list's book."""

    now: float

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def seen(self) -> Seen:
        latest, said, taken = self._connection.execute(_SEEN).fetchone()
        file, event, *before = json.loads(said) if said else (None, -1)
        if file is not None and before and before != [taken]:
            # What comes from other machines may have lower numbers than what is here already: look at the file again.
            file = f"{file} before {taken}"
        return Seen(file, event, latest)

    def see(self, file: str | None, event: int) -> None:
        self._connection.execute(
            "INSERT INTO note (key, value) "
            "VALUES ('task list', json_array(?, ?, ifnull((SELECT taken FROM mirror), 0))) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (file, event),
        )

    def troubles(self) -> list[Trouble]:
        row = self._connection.execute("SELECT value FROM note WHERE key = 'list troubles'").fetchone()
        return [] if row is None else [Trouble(words, tuple(tasks)) for words, tasks in json.loads(row[0])]

    def note_troubles(self, troubles: Sequence[Trouble]) -> None:
        self._connection.execute(
            "INSERT INTO note (key, value) VALUES ('list troubles', ?) ON CONFLICT (key) DO UPDATE "
            "SET value = excluded.value WHERE value <> excluded.value",
            (json.dumps(troubles),),
        )

    def keep(self, version: Version) -> None:
        """The newest version; older ones that are not worth their room are forgotten."""
        text, event, ours = version
        self._connection.execute(
            "INSERT INTO list_version (event, ours, length, text) VALUES (?, ?, ?, ?)",
            (event, ours, len(text), zlib.compress(text, 1)),
        )
        query = "SELECT id, length FROM list_version ORDER BY id DESC LIMIT ?"
        rows = self._connection.execute(query, (MOST_VERSIONS + 1,)).fetchall()
        worth = rows[: kept([length for _, length in rows])]
        self._connection.execute("DELETE FROM list_version WHERE id < ?", (worth[-1][0],))

    def versions(self) -> Iterator[Version]:
        for text, event, ours in self._connection.execute(
            "SELECT text, event, ours FROM list_version ORDER BY id DESC"
        ):
            yield Version(zlib.decompress(text), event, bool(ours))

    def widened(self, since: int) -> set[str]:
        query = "SELECT subject FROM event WHERE id > ? AND kind = 'widened'"
        return {row[0] for row in self._connection.execute(query, (since,))}
