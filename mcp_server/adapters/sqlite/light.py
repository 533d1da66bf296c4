"""SQLite for a hook: the same connection as `sqlite3.connect` gives, without what loading that module costs.

`sqlite3` loads `datetime` and more for converters that nothing here uses, and its C part loads `functools` for the
cache of prepared statements alone. Together they would take a third of the time that a decision has.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection
    from types import TracebackType
    from typing import Any


class _OnlyTheCache:
    """What the C part of `sqlite3` asks of `functools`, made of the C part of `functools`."""

    @staticmethod
    def lru_cache(maxsize: int) -> Callable[[Any], Any]:
        """The cache of prepared statements of a connection."""
        from _functools import _lru_cache_wrapper  # type: ignore[import-not-found]  # private, so without a stub

        return lambda function: _lru_cache_wrapper(function, maxsize, False, tuple)


def connect(file: str, *, patience: float) -> Connection:
    """Open an existing database in autocommit; writers are waited for `patience` seconds."""
    connection: Connection = _driver().connect(file, timeout=patience, isolation_level=None)
    return connection


def begin_writing(connection: Connection) -> None:
    """Begin a transaction that writes, as durable as the store's; checkpoints of the log are left to the store."""
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("BEGIN IMMEDIATE")


def begin_reading(connection: Connection) -> None:
    """Begin a transaction that sees one consistent state."""
    connection.execute("BEGIN")


class Transaction:
    """A transaction as a context manager; an error rolls it back. `contextlib` would cost a hook a millisecond."""

    __slots__ = ("_begin", "_connection")

    def __init__(self, connection: Connection, begin: Callable[[Connection], None]) -> None:
        self._connection = connection
        self._begin = begin

    def __enter__(self) -> None:
        self._begin(self._connection)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._connection.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def _driver() -> Any:
    """The C part of `sqlite3`; an interpreter that is built differently gets the whole module."""
    if "functools" in sys.modules:
        import sqlite3

        return sqlite3
    sys.modules["functools"] = _OnlyTheCache  # type: ignore[assignment]  # for the one import below
    try:
        import _sqlite3
    except Exception:  # noqa: BLE001  whatever it misses, the whole module brings
        del sys.modules["functools"]
        import sqlite3

        return sqlite3
    del sys.modules["functools"]
    return _sqlite3
