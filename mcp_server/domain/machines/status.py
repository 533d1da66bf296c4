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

    `schema`, `host` and `hosts` are None and empty where this checkout mirrors nothing yet, or nothing can be asked.
    `trouble` is why the database can't be reached; times are the database's.
    """

    address: str
    schema: str | None = None
    server: str | None = None
    host: str | None = None
    as_of: float | None = None
    now: float | None = None
    waiting: int = 0
    hosts: tuple[Host, ...] = ()
    trouble: str | None = None
