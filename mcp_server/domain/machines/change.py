"""Changes of rows that machines share."""

from __future__ import annotations

from typing import Any, NamedTuple

Key = tuple[Any, ...]
Row = dict[str, Any]


class Incoming(NamedTuple):
    """A row as it is in the database; `row` is None where it is gone. `seq` counts all changes there."""

    seq: int
    kind: str
    key: Key
    row: Row | None


class Outgoing(NamedTuple):
    """A row that was changed here; `key` has the columns that identify it.

    `changed` are the columns that differ from what is known of the database, None where the row is gone; `before` is
    what they were there, None for a row that it does not know.
    """

    kind: str
    key: Row
    changed: Row | None
    before: Row | None
