"""One transaction on SQLite: how it waits for the lock, how it ends, and what its failures mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from time import monotonic, sleep
from types import TracebackType
from typing import Generic, TypeVar

SHORTEST_PAUSE = 0.00005
LONGEST_PAUSE = 0.001
"""Seconds. SQLite's own waiting starts at one millisecond and soon takes a hundred, while a transaction here takes
less than a tenth of one: under contention nearly all the time would be spent asleep."""

Opened = TypeVar("Opened")
Failure = Callable[[Exception], Exception]


class Transaction(Generic[Opened]):
    """A transaction: `begin` once the lock is free, `end` if all went well, else everything is rolled back.

    Errors of SQLite leave as what `failure` makes of them.
    """

    __slots__ = ("_begin", "_connection", "_end", "_failure", "_open", "_patience")

    def __init__(  # noqa: PLR0913  what a transaction is made of, given by one caller
        self,
        connection: sqlite3.Connection,
        *,
        begin: tuple[str, ...],
        end: str,
        open: Callable[[], Opened],  # noqa: A002  what is handed out
        failure: Failure,
        patience: float,
    ) -> None:
        self._connection = connection
        self._begin = begin
        self._end = end
        self._open = open
        self._failure = failure
        self._patience = patience

    def __enter__(self) -> Opened:
        try:
            self._start()
        except sqlite3.DatabaseError as error:
            raise self._failure(error) from error
        try:
            return self._open()
        except BaseException:
            self._connection.rollback()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._connection.execute(self._end)
        except sqlite3.DatabaseError as failed:
            self._connection.rollback()
            raise self._failure(failed) from failed
        if error is not None:
            self._connection.rollback()
        if isinstance(error, sqlite3.DatabaseError):
            raise self._failure(error) from error

    def _start(self) -> None:
        pause = SHORTEST_PAUSE
        give_up_at = 0.0
        while True:
            try:
                for statement in self._begin:
                    self._connection.execute(statement)
                return
            except sqlite3.OperationalError as error:
                self._connection.rollback()
                give_up_at = give_up_at or monotonic() + self._patience
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > give_up_at:
                    raise
            sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
