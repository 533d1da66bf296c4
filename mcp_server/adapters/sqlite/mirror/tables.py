"""Which tables a mirror shares with the database, and their columns; all others are of this checkout alone."""

from __future__ import annotations

from sqlite3 import Connection
from typing import NamedTuple

SHARED = (
    "agent identity task dependency lease ground task_ground event checkpoint entry message delivery review usage "
    "budget teammate run run_phase run_task unmerged note"
).split()
OF_CHECKOUT = {"entry": ("shown",)}
"""Columns that say something about this checkout: whether its page has a block for an entry."""
ONLY = {"note": "key = 'tasks'"}
"""Of some tables only these rows are shared: of the notes the number of tasks that got their id from Interlock."""


class Table(NamedTuple):
    """One shared table: the columns that are shared, and those of them that are its key."""

    name: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]

    @property
    def quoted(self) -> str:
        """The columns for a statement."""
        return ", ".join(f'"{column}"' for column in self.columns)

    @property
    def where(self) -> str:
        """A condition for the row with a key."""
        return " AND ".join(f'"{key}" = ?' for key in self.keys)

    def image(self, row: str = "") -> str:
        """An expression for the row as JSON; `row` is `new` or `old` in a trigger."""
        prefix = f"{row}." if row else ""
        return "json_object(" + ", ".join(f"'{column}', {prefix}\"{column}\"" for column in self.columns) + ")"

    def key(self, row: str) -> str:
        """An expression for the row's key as JSON."""
        return "json_array(" + ", ".join(f'{row}."{key}"' for key in self.keys) + ")"


def tables(connection: Connection) -> dict[str, Table]:
    """All shared tables as they are in this schema."""
    return {name: _table(connection, name) for name in SHARED}


def _table(connection: Connection, name: str) -> Table:
    rows = connection.execute(f"PRAGMA table_info({name})").fetchall()
    columns = [row for row in rows if row[1] not in OF_CHECKOUT.get(name, ())]
    keys = sorted((row for row in columns if row[5]), key=lambda row: int(row[5]))
    return Table(name, tuple(row[1] for row in columns), tuple(row[1] for row in keys))
