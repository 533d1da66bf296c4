"""Which tables a mirror shares with the database, and their columns; all others are of this checkout alone."""

from __future__ import annotations

from sqlite3 import Connection

SHARED = (
    "agent identity task dependency lease ground task_ground event checkpoint entry message delivery review usage "
    "budget teammate run run_phase run_task unmerged note"
).split()
OF_CHECKOUT = {"entry": ("shown",)}
"""Columns that say something about this checkout: whether its page has a block for an entry."""
ONLY = {"note": "key = 'tasks'"}
"""Of some tables only these rows are shared: of the notes the number of tasks that got their id from Interlock."""


class Table:
    """One shared table: the columns that are shared, those of them that are its key, and both in statements.

    `where` is a condition for the row with a key, `select` reads such a row, `as_json` reads it as the triggers see it.
    """

    __slots__ = ("as_json", "columns", "keys", "name", "quoted", "select", "where")

    def __init__(self, name: str, columns: tuple[str, ...], keys: tuple[str, ...]) -> None:
        self.name, self.columns, self.keys = name, columns, keys
        self.quoted = ", ".join(f'"{column}"' for column in columns)
        self.where = " AND ".join(f'"{key}" = ?' for key in keys)
        self.select = f"SELECT {self.quoted} FROM {name} WHERE {self.where}"  # noqa: S608  names of ours
        self.as_json = f"SELECT {self.image()} FROM {name} WHERE {self.where}"  # noqa: S608  names of ours

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
