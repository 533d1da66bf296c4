"""Keeps a mirror fresh while a process lives: applies what others write, and sends what hooks wrote."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from psycopg import sql

from mcp_server.adapters.postgres.connect import Connection
from mcp_server.adapters.postgres.remote import CHANNEL
from mcp_server.adapters.postgres.store import SharedStore

WAIT = 2.0
"""Seconds for which a word from the database is waited for before it is looked whether hooks wrote anything."""
LOOK_EVERY = 20.0
"""Seconds after which the database is asked even if it said nothing: a mirror that was not compared gets old."""
REPORT_EVERY = 60.0
ABSENT_SECONDS = 30 * 24 * 3600.0
"""A mirror that was not there for so long sees all rows again when it comes back."""


class Follower:
    """Follows the database of one repository over the store's own connection.

    Everything refuses (StateUnavailable) where the database can't be reached; the next round begins anew.
    """

    def __init__(self, store: SharedStore, clock: Callable[[], float] = monotonic) -> None:
        self._store, self._remote, self._clock = store, store.remote, clock
        self._listening: Connection | None = None
        self._looked_at = self._reported_at = float("-inf")

    def round(self, wait: float = WAIT) -> None:
        """Wait for a word from the database, for a while; then exchange what there is."""
        if self._has_said_something(wait) or self._clock() > self._looked_at + LOOK_EVERY:
            self._store.refresh()
            self._looked_at = self._clock()
        self._store.send()
        if self._clock() > self._reported_at + REPORT_EVERY:
            self._store.report(absent_seconds=ABSENT_SECONDS)
            self._reported_at = self._clock()

    def _has_said_something(self, wait: float) -> bool:
        with self._remote.failing():
            connection = self._remote.connection
            if connection is not self._listening:
                connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
                self._listening = connection
                return True  # whatever was said before nobody has heard
            said = list(connection.notifies(timeout=wait, stop_after=1))
            said += connection.notifies(timeout=0)
            return any(one.payload == self._remote.schema for one in said)
