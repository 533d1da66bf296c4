"""The store that several machines share: PostgreSQL decides who writes next, the books are those of the mirror.

A transaction that writes locks the repository's state in the database, brings the mirror up to date, is carried out on
the mirror, and is written to the database before the mirror keeps it. So the same code decides as on a file of one
machine, on the same rows, and the database is ahead of every mirror or equal to it. One that reads sees the mirror.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import TracebackType

from mcp_server.adapters.postgres.remote import NotKnown, Remote, Seen
from mcp_server.adapters.sqlite.books import SqliteBooks
from mcp_server.adapters.sqlite.mirror import capture, state
from mcp_server.adapters.sqlite.mirror.exchange import Exchange
from mcp_server.adapters.sqlite.store import BUSY_SECONDS, SqliteStore
from mcp_server.adapters.sqlite.transaction import Transaction
from mcp_server.domain.decision import Policy
from mcp_server.domain.errors import DatabaseUnavailable, StateUnavailable
from mcp_server.ports import Clock, Processes

LOOK_AGAIN = 1.0
"""Seconds for which a reader takes the mirror to be up to date."""
GOES_ON = (
    "Nothing was changed. Work in one's own scope goes on; claims, locks and all else that has to be agreed with "
    "others wait until the database is back"
)
FAR = 5_000
"""Changes that are more than a transaction applies while others wait for it."""
REST = 2.0
"""Seconds for which a process does not ask a database again that could not be reached."""


class SharedStore:
    """The state of one repository that several machines share, as this checkout sees it.

    With `server_time` the time is the database's, else that of `clock`.
    """

    def __init__(  # noqa: PLR0913  what a store is made of
        self,
        file: Path,
        remote: Remote,
        *,
        clock: Clock,
        policy: Callable[[], Policy],
        processes: Processes | None = None,
        busy_seconds: float = BUSY_SECONDS,
        server_time: bool = True,
    ) -> None:
        self._clock, self.remote = clock, remote
        self._server_time = server_time
        self.mirror = SqliteStore(file, clock=clock, policy=policy, processes=processes, busy_seconds=busy_seconds)
        self._looked_at = self._failed_at = float("-inf")
        self._error: StateUnavailable | None = None
        self._exchange: Exchange | None = None

    def writing(self) -> SharedTransaction:
        """Exclusive among all machines; refuses (StateUnavailable) where the database can't be reached."""
        return SharedTransaction(self)

    def noting(self) -> Transaction[SqliteBooks]:
        """Into the mirror alone, as hooks do: the next transaction that writes, or the follower, sends it."""
        return self.mirror.writing()

    def reading(self) -> Transaction[SqliteBooks]:
        """One consistent state: the newest that the database has, or, where it can't be reached, the last one known."""
        if monotonic() > self._looked_at + LOOK_AGAIN:
            self.try_to_refresh()
        return self.mirror.reading()

    def close(self) -> None:
        """Close the mirror and the connection."""
        self.remote.close()
        self.mirror.close()

    def try_to_refresh(self) -> bool:
        """Apply what others have written, if the database can be reached; the mirror says so where it can't."""
        if monotonic() < self._failed_at + REST:
            return False
        try:
            self.refresh()
        except StateUnavailable:
            return False
        return True

    def refresh(self) -> None:
        """Apply what others have written; refuses (StateUnavailable) where the database can't be reached."""
        try:
            seen = self.remote.look(self.since)
        except StateUnavailable as error:
            self.could_not_be_reached(error)
            raise
        self._looked_at, self._failed_at = monotonic(), float("-inf")
        with self.mirror.writing():
            self._apply(seen)

    def send(self) -> bool:
        """Write what was changed here without the database, by hooks; whether there was anything."""
        with self.mirror.reading():
            if self.mirror.connection.execute("SELECT 1 FROM outgoing LIMIT 1").fetchone() is None:
                return False
        with self.writing():
            return True

    def rows(self) -> int:
        """How many rows the mirror has in common with the database."""
        with self.mirror.reading():
            return len(self.exchange().everything())

    def report(self, *, absent_seconds: float) -> None:
        """Say in the database that this mirror is there and how far it is: see `Remote.report`."""
        with self.mirror.reading():
            number, seq = self.mirror.connection.execute("SELECT number, seq FROM mirror").fetchone()
        self.remote.report(number, seq, absent_seconds=absent_seconds)

    @property
    def since(self) -> int:
        """The last change of the database that is in the mirror; refuses (StateUnavailable) a state that is none."""
        with self.mirror.reading():
            row = self.mirror.connection.execute("SELECT seq FROM mirror").fetchone()
        if row is None:
            raise StateUnavailable("this checkout mirrors no database yet: `interlock store status` says what to do")
        return int(row[0])

    def _apply(self, seen: Seen) -> None:
        connection = self.mirror.connection
        if not capture.is_current(connection):
            capture.begin(connection)
            self._exchange = None
        [since] = connection.execute("SELECT seq FROM mirror").fetchone()
        anew = seen.anew and seen.seq > since  # else another process of this checkout was faster
        changes = [change for change in seen.changes if anew or change.seq > since]
        if changes or anew:
            self.exchange().apply(changes, anew=anew)
        ahead = seen.now - self._clock() if self._server_time else 0.0
        connection.execute(
            "UPDATE mirror SET seq = max(seq, ?1), taken = iif(?1 > seq, ?1, taken), as_of = max(as_of, ?2), "
            "ahead = ?3, trouble = NULL",
            (seen.seq, self._time(seen), ahead),
        )

    def _time(self, seen: Seen) -> float:
        return seen.now if self._server_time else self._clock()

    def could_not_be_reached(self, error: StateUnavailable) -> None:
        """Say so in the mirror, for everybody who looks at it."""
        self._failed_at, self._error = monotonic(), error
        trouble = error.what if isinstance(error, DatabaseUnavailable) else str(error)
        with self.mirror.writing():
            self.mirror.connection.execute("UPDATE mirror SET trouble = ?1 WHERE trouble IS NOT ?1", (trouble,))

    def exchange(self) -> Exchange:
        """What goes in and out of the mirror, over the connection that it has now."""
        if self._exchange is None or self._exchange.connection is not self.mirror.connection:
            self._exchange = Exchange(self.mirror.connection)
        return self._exchange

    def begin(self) -> Seen:
        """Lock the database, and see what is new there."""
        if self._error is not None and monotonic() < self._failed_at + REST:
            raise _refusal(self._error)
        try:
            if not self.since:
                self.refresh()  # all that there is: nobody has to wait for that
            seen = self.remote.begin(self.since)
            while len(seen.changes) > FAR:  # nobody has to wait while this mirror gets that much
                self.remote.roll_back()
                self.refresh()
                seen = self.remote.begin(self.since)
        except StateUnavailable as error:
            self.could_not_be_reached(error)
            raise _refusal(error) from error
        self._looked_at, self._failed_at = monotonic(), float("-inf")
        return seen

    def bring_up_to_date(self, books: SqliteBooks, seen: Seen) -> SqliteBooks:
        """Apply what was seen, in a transaction on the mirror that may grant leases; its books at that time."""
        self._apply(seen)
        connection = self.mirror.connection
        connection.execute("UPDATE mirror SET applying = ?", (capture.ASKED,))
        found = state.read(connection)
        assert found is not None  # noqa: S101  a mirror has one
        return books.at(found.moment(self._clock(), self._clock.tick), found)

    def write(self) -> None:
        """Write what differs from the database, and commit there."""
        exchange, connection = self.exchange(), self.mirror.connection
        connection.execute("UPDATE mirror SET applying = 0")
        if exchange.is_large():
            self.remote.take_time()
            connection.execute("UPDATE mirror SET seq = ?", (self.remote.write_portions(exchange.portions()),))
        elif changes := exchange.outgoing():
            connection.execute("UPDATE mirror SET seq = ?", (self.remote.write(changes),))
        else:
            self.remote.roll_back()
        exchange.forget_outgoing()

    def roll_back(self) -> None:
        """Give the lock on the database back."""
        self.remote.roll_back()


def _refusal(error: StateUnavailable) -> StateUnavailable:
    """What somebody is told who wanted to write: what goes on, and what does not."""
    if not isinstance(error, DatabaseUnavailable):
        return error
    return DatabaseUnavailable(error.kind, error.what, f"{error.advice}. {GOES_ON}")


class SharedTransaction:
    """A transaction on the database and on the mirror; after any exception nothing was written."""

    def __init__(self, store: SharedStore) -> None:
        self._store = store
        self._inner: Transaction[SqliteBooks] | None = None

    def __enter__(self) -> SqliteBooks:
        seen = self._store.begin()
        try:
            self._inner = self._store.mirror.writing()
            books = self._inner.__enter__()
        except BaseException:
            self._store.roll_back()
            raise
        try:
            return self._store.bring_up_to_date(books, seen)
        except BaseException as error:
            self.__exit__(type(error), error, error.__traceback__)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._inner is not None  # noqa: S101  it was entered
        if error is not None:
            self._store.roll_back()
            self._inner.__exit__(kind, error, trace)
            return
        try:
            self._store.write()
        except BaseException as failed:
            self._inner.__exit__(type(failed), failed, failed.__traceback__)
            if isinstance(failed, NotKnown) and isinstance(failed.why, StateUnavailable):
                self._store.could_not_be_reached(failed.why)
            elif isinstance(failed, StateUnavailable):
                raise _refusal(failed) from failed.__cause__
            raise
        self._inner.__exit__(None, None, None)
