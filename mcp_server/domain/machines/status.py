"""What is known of the database that several machines share, and of the checkouts that mirror it."""

from __future__ import annotations

from typing import NamedTuple


class Host(NamedTuple):
    """A checkout that mirrors the database: what its machine is called, whose it is, when it was last there."""

    name: str
    person: str
    seen_at: float
    version: str


class DatabaseStatus(NamedTuple):
    """The database as this checkout sees it; `waiting` rows have not been sent there yet.

    What is None is not known: this checkout mirrors nothing yet, or the database can't be asked, for which `trouble` is
    the reason. `as_of` is when the mirror was compared last, by the database's clock.
    """

    address: str
    repository: str | None = None
    server: str | None = None
    ping_ms: float | None = None
    host: str | None = None
    as_of: float | None = None
    age_seconds: float | None = None
    waiting: int = 0
    hosts: tuple[Host, ...] = ()
    trouble: str | None = None


class MovedRows(NamedTuple):
    """How many rows a state has in common with the database; `kept` is the backup of what stayed behind."""

    rows: int
    kept: str | None = None
