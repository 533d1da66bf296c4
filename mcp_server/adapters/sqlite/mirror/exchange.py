"""What goes out of a mirror to the database, and what comes in from there: rows, within a transaction that is open."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from sqlite3 import Connection
from typing import Any

from mcp_server.adapters.sqlite.mirror.capture import APPLYING
from mcp_server.adapters.sqlite.mirror.tables import OF_CHECKOUT, ONLY, Table, tables
from mcp_server.domain.machines.change import Incoming, Key, Outgoing, Row

_COUNTED = """
    UPDATE note SET value = (SELECT count(*) FROM task WHERE CASE note.key WHEN 'tasks_done' THEN status = 'done'
        ELSE status NOT IN ('done', 'dropped') END) WHERE key IN ('tasks_open', 'tasks_done')"""
"""Triggers count tasks that come and change, not those that were deleted to come again."""

PORTION = 5_000
"""Rows that are written in one step: as many as a database writes in a second or two."""


class Exchange:
    """The rows of one mirror. The names of tables and columns are looked up once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._tables = tables(connection)

    def outgoing(self) -> list[Outgoing]:
        """What differs from the database, in an order in which it may be written there."""
        return self._listed(self._waiting())

    def is_large(self) -> bool:
        """Whether so much differs that it goes in portions: after a move, or when much that is old was forgotten."""
        row = self.connection.execute("SELECT 1 FROM outgoing LIMIT 1 OFFSET ?", (PORTION,)).fetchone()
        return row is not None

    def portions(self) -> Iterator[list[Outgoing]]:
        """What differs from the database, so much at a time."""
        rows = self._waiting()
        for first in range(0, len(rows), PORTION):
            yield self._listed(rows[first : first + PORTION])

    def forget_outgoing(self) -> None:
        """All of it is in the database now."""
        self.connection.execute("DELETE FROM outgoing")

    def everything(self) -> list[Outgoing]:
        """All rows that are shared, as a database that knows none of them needs them."""
        return [
            Outgoing(table.name, {column: row[column] for column in table.keys}, row, None)
            for table in self._tables.values()
            for row in self._rows(table)
        ]

    def apply(self, changes: Sequence[Incoming], *, anew: bool = False) -> None:
        """Make the mirror's rows what they are in the database; what was changed here stays so, column by column.

        What is gone there is gone, also where it was changed here; what is new here stays. `anew`: these are all rows
        that the database has.
        """
        self._applying(APPLYING)
        waiting = {(kind, key) for kind, key in self.connection.execute("SELECT kind, key FROM outgoing")}
        kept = self._clear() if anew else []
        changes = [*changes, *self._gone(changes, waiting)] if anew else changes
        for change in changes:
            table = self._tables.get(change.kind)
            if table is not None:
                self._apply(table, change, (change.kind, _text(change.key)) in waiting)
        for statement, values in kept:
            self.connection.execute(statement, values)
        if anew:
            self.connection.execute(_COUNTED)
        self._applying(0)

    def _apply(self, table: Table, change: Incoming, is_waiting: bool) -> None:
        if not is_waiting:
            self._put(table, change.key, change.row)
            return
        key = _text(change.key)
        base = self._base(table.name, key)
        if change.row is None and base is None:
            return  # it was there for a while, but this one here is another
        mine = self._outgoing(table.name, key, base)
        self._put(table, change.key, change.row)
        if mine is None or change.row is None:
            self.connection.execute("DELETE FROM outgoing WHERE kind = ? AND key = ?", (table.name, key))
            return
        base = self._image(table, change.key)
        self.connection.execute("UPDATE outgoing SET base = ? WHERE kind = ? AND key = ?", (base, table.name, key))
        self._put(table, change.key, None if mine.changed is None else {**change.row, **mine.changed})

    def _gone(self, changes: Iterable[Incoming], waiting: Iterable[tuple[str, str]]) -> list[Incoming]:
        """What was changed here and is not among all the rows that the database has."""
        there = {(change.kind, _text(change.key)) for change in changes}
        return [Incoming(0, kind, tuple(json.loads(key)), None) for kind, key in waiting if (kind, key) not in there]

    def _put(self, table: Table, key: Key, row: Row | None) -> None:
        if row is None:
            self.connection.execute(f"DELETE FROM {table.name} WHERE {table.where}", key)  # noqa: S608  names of ours
            return
        columns = [column for column in table.columns if column in row]
        rest = ", ".join(f'"{column}" = excluded."{column}"' for column in columns if column not in table.keys)
        does = f"UPDATE SET {rest}" if rest else "NOTHING"
        names, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
        keys = ", ".join(f'"{column}"' for column in table.keys)
        self.connection.execute(
            f"INSERT INTO {table.name} ({names}) VALUES ({marks}) ON CONFLICT ({keys}) DO {does}",  # noqa: S608  names of ours
            [row[column] for column in columns],
        )

    def _waiting(self) -> list[tuple[str, str, str | None]]:
        return self.connection.execute("SELECT kind, key, base FROM outgoing").fetchall()

    def _listed(self, rows: Iterable[tuple[str, str, str | None]]) -> list[Outgoing]:
        found = [self._outgoing(*row) for row in rows]
        return sorted((one for one in found if one is not None), key=_order)

    def _outgoing(self, kind: str, key: str, base: str | None) -> Outgoing | None:
        table, values = self._tables[kind], tuple(json.loads(key))
        row, named = self._row(table, values), dict(zip(table.keys, values, strict=True))
        before: Row | None = None if base is None else json.loads(base)
        if row is None:
            return Outgoing(kind, named, None, before)
        if before is None:
            return Outgoing(kind, named, row, None)
        now: Row = json.loads(self._image(table, values) or "{}")
        differs = [column for column in table.columns if now[column] != before.get(column)]
        if not differs:
            return None
        return Outgoing(kind, named, {column: row[column] for column in differs}, before)

    def _row(self, table: Table, key: Key) -> Row | None:
        row = self.connection.execute(table.select, key).fetchone()
        return None if row is None else dict(zip(table.columns, row, strict=True))

    def _rows(self, table: Table) -> Iterable[Row]:
        only = f" WHERE {ONLY[table.name]}" if table.name in ONLY else ""
        for row in self.connection.execute(f"SELECT {table.quoted} FROM {table.name}{only}"):  # noqa: S608  names of ours
            yield dict(zip(table.columns, row, strict=True))

    def _image(self, table: Table, key: Key) -> str | None:
        """The row as JSON, made as the triggers make it, so that both can be compared."""
        row = self.connection.execute(table.as_json, key).fetchone()
        return None if row is None else str(row[0])

    def _base(self, kind: str, key: str) -> str | None:
        query = "SELECT base FROM outgoing WHERE kind = ? AND key = ?"
        base: str | None = self.connection.execute(query, (kind, key)).fetchone()[0]
        return base

    def _clear(self) -> list[tuple[str, Sequence[Any]]]:
        """Delete all that is shared and not on its way out; statements that put back what only this checkout knows."""
        kept: list[tuple[str, Sequence[Any]]] = []
        for table in self._tables.values():
            own = OF_CHECKOUT.get(table.name, ())
            only = f"WHERE {ONLY[table.name]} AND" if table.name in ONLY else "WHERE"
            if own:
                columns = ", ".join(f'"{column}"' for column in (*own, *table.keys))
                puts = ", ".join(f'"{column}" = ?' for column in own)
                update = f"UPDATE {table.name} SET {puts} WHERE {table.where}"  # noqa: S608  names of ours
                rows = self.connection.execute(f"SELECT {columns} FROM {table.name}")  # noqa: S608  names of ours
                kept += [(update, row) for row in rows.fetchall()]
            waits = f"SELECT 1 FROM outgoing o WHERE o.kind = '{table.name}' AND o.key = {table.key(table.name)}"  # noqa: S608  names of ours
            self.connection.execute(f"DELETE FROM {table.name} {only} NOT EXISTS ({waits})")  # noqa: S608  names of ours
        return kept

    def _applying(self, value: int) -> None:
        self.connection.execute("UPDATE mirror SET applying = ?", (value,))


def _text(key: Sequence[Any]) -> str:
    """A key as SQLite writes it as JSON."""
    return json.dumps(list(key), separators=(",", ":"), ensure_ascii=False)


def _order(change: Outgoing) -> tuple[int, str, str]:
    """Rows that go come first, then those that change: a new lease may be on what an old one was on."""
    place = 0 if change.changed is None else 2 if change.before is None else 1
    return place, change.kind, _text([*change.key.values()])
