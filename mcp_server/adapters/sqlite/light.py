"""SQLite for a hook: the same connection as `sqlite3.connect` gives, without what loading that module costs.

`sqlite3` loads `datetime` and more for converters that nothing here uses, and its C part loads `functools` for the
cache of prepared statements alone. Together they would take a third of the time that a decision has.
"""

from __future__ import annotations

import os
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


LOG_FRAMES = 1_000
"""A write that makes the write-ahead log longer than this many pages also moves it into the database."""
LONG_LOG = 8 * 1024 * 1024
"""Bytes of a log that nobody moved: each process that opens the database while no other has it open reads it all."""
long_logs: set[str] = set()
"""The databases with such a log that this process has opened."""


def connect(file: str, *, patience: float) -> Connection:
    """Open an existing database in autocommit; writers are waited for `patience` seconds."""
    connection: Connection = _driver().connect(file, timeout=patience, isolation_level=None)
    try:
        if os.stat(file + "-wal").st_size > LONG_LOG:
            long_logs.add(file)
    except OSError:
        pass
    return connection


def is_up_to_date(connection: Connection) -> bool:
    """Whether the schema of the database is the newest."""
    version, newest = _versions(connection)
    return version == newest


def is_outdated(connection: Connection) -> bool:
    """Whether the database has an older schema than this version needs, as after an update; not one without any."""
    version, newest = _versions(connection)
    return 0 < version < newest


def _versions(connection: Connection) -> tuple[int, int]:
    steps = os.listdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "migrations"))
    [version] = connection.execute("PRAGMA user_version").fetchone()
    return version, sum(step.endswith(".sql") for step in steps)


def shorten_log(file: str) -> None:
    """Move the whole write-ahead log into the database, as far as nobody else reads or writes it."""
    connection = _driver().connect(file, timeout=0, isolation_level=None)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.close()


def is_failure(error: Exception) -> bool:
    """Whether this is an error of SQLite."""
    return isinstance(error, _driver().Error)


def begin_writing(connection: Connection) -> None:
    """Begin a transaction that writes, as durable as the store's."""
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_FRAMES}")
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
        import _sqlite3

        return _sqlite3
    sys.modules["functools"] = _OnlyTheCache  # type: ignore[assignment]  # for the one import below
    try:
        import _sqlite3
    except Exception:  # noqa: BLE001  whatever it misses, the whole module brings
        del sys.modules["functools"]
        import sqlite3

        return sqlite3
    del sys.modules["functools"]
    return _sqlite3
