"""Ids of rows that any mirror of a database may add without asking it: each mirror has numbers of its own.

On the hot path of a hook: imports nothing.
"""

from __future__ import annotations

STRIDE = 4096
"""Of so many numbers in a row each mirror has one, that which leaves the mirror's own number as rest."""


NEVER_AGAIN = ("entry",)
"""Tables whose ids are never used twice, even when the row is gone."""


def fresh(table: str) -> str:
    """An expression for the next id of a row in this table; NULL where nothing is mirrored: SQLite chooses it there.

    It is above all that this mirror knows, so ids grow with time wherever the mirror is up to date.
    """
    newest = f"ifnull((SELECT max(id) FROM {table}), 0)"  # noqa: S608  names of ours
    if table in NEVER_AGAIN:
        newest = f"ifnull((SELECT seq FROM sqlite_sequence WHERE name = '{table}'), 0)"  # noqa: S608  names of ours
    return f"(SELECT ({newest} / {STRIDE} + 1) * {STRIDE} + number FROM mirror)"  # noqa: S608  names of ours


ROWS = f"ifnull((SELECT {STRIDE} FROM mirror), 1)"  # noqa: S608  a number of ours
"""By how much ids grow from one row to the next: to look at the latest so many rows only."""
