"""One repository's rows in the database: locked, read from a number on, and written, each in one round trip."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, count
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection, sql

from mcp_server.adapters.postgres import schema as schemas
from mcp_server.adapters.postgres.ask import ask, quoted
from mcp_server.domain.errors import DatabaseUnavailable, StateUnavailable
from mcp_server.domain.machines.change import Incoming, Outgoing, Row

CHANNEL = "interlock"
_KNOWN = "UPDATE mirror SET seen_at = %s, version = %s WHERE sign = %s RETURNING number, host"
_ADDED = """
    INSERT INTO mirror (number, host, sign, joined_at, seen_at, version)
    VALUES ((SELECT coalesce(max(number), 0) + 1 FROM mirror), %s, %s, %s, %s, %s) RETURNING number, host"""
_REPORT = "UPDATE mirror SET seq = %s, seen_at = extract(epoch FROM clock_timestamp()) WHERE number = %s"
_KNOWN_BY_ALL = "SELECT min(seq) FROM mirror WHERE seen_at > extract(epoch FROM clock_timestamp()) - %s"
_TABLES = """
    SELECT DISTINCT event_object_table FROM information_schema.triggers
    WHERE event_object_schema = current_schema() AND trigger_name = 'log_added'"""
_HOSTS = "SELECT host, person, seen_at, version FROM mirror ORDER BY seen_at DESC LIMIT 50"
CHECKED = ("task", "lease")
"""Where a row must still be what the mirror took it for."""
PATIENCE = 12.0
"""Seconds for an answer that may have to wait for others, while nobody waits for whoever asks."""
READ_PATIENCE = 4.0
"""Seconds for one that waits for nobody: who reads has an older state at hand."""
WRITE_PATIENCE = 1.4
"""Seconds for one that nobody can delay, while this machine's hooks wait for their turn: less than their patience."""
LONG = "10min"
ROWS_A_SECOND = 1_000
"""How many rows are written in a second at least: a repository that is moved takes its time."""


class Checkout(NamedTuple):
    """What mirrors a database: how people call the machine, a sign that nobody else has, and Interlock's version."""

    host: str
    sign: str
    version: str


class Moved(StateUnavailable):
    """The repository went back to a file on the machine `to`: what is in the database does not count any more."""

    def __init__(self, to: str, by: str) -> None:
        super().__init__(
            f"{by} moved this repository out of the database, to a file on {to}: take `[store]` out of the settings "
            "here too, or begin anew in the database with `interlock store move`"
        )
        self.to = to


class NotKnown(StateUnavailable):
    """The connection broke while the database was asked to keep what was written: it may have done so or not."""

    def __init__(self, why: Exception) -> None:
        self.why = why
        what = why.what if isinstance(why, DatabaseUnavailable) else why
        super().__init__(
            f"{what}; whether this was done is not known, and will be seen once it answers: asking again is safe"
        )


class Seen(NamedTuple):
    """The state of the database: its clock, what has changed since a number, and the number of the last change.

    `anew`: so much was forgotten meanwhile that these are all rows that there are.
    """

    now: float
    changes: list[Incoming]
    seq: int
    anew: bool = False


class _State(NamedTuple):
    """What the database says of itself, and what has changed in it."""

    version: int | None
    forgotten: int
    moved_to: str | None
    moved_by: str | None
    now: float
    changes: list[list[Any]]


class Remote:
    """The rows of one repository, over a connection that is opened when it is first needed, and again when it broke.

    Everything refuses with what `failure` makes of an error of the database.
    """

    def __init__(
        self, connect: Callable[[], Connection], schema: str, *, failure: Callable[[psycopg.Error], Exception]
    ) -> None:
        self._connect = connect
        self._failure = failure
        self._open: Connection | None = None
        self.schema = schema

    @property
    def connection(self) -> Connection:
        """The connection, in autocommit, with the repository's schema alone in its path."""
        if self._open is None or self._open.closed:
            connection = self._connect()
            connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(self.schema)))
            self._open = connection
        return self._open

    def close(self) -> None:
        """Close the connection; the next question opens another one."""
        if self._open is not None:
            with suppress(psycopg.Error):
                self._open.close()
        self._open = None

    def begin(self, since: int, *, although_moved: bool = False) -> Seen:
        """Begin a transaction in which nobody else writes, and see what has changed since a number.

        `although_moved`: also in a repository that went back to a file, of which nothing counts any more.
        """
        return self._look(since, begins=True, although_moved=although_moved)

    def look(self, since: int, *, although_moved: bool = False) -> Seen:
        """See what has changed since a number, without a lock: what others are about to write comes later."""
        return self._look(since, begins=False, although_moved=although_moved)

    def hosts(self) -> list[tuple[str, str, float, str]]:
        """The checkouts that mirror this, who was there last first: host, person, when, Interlock's version."""
        with self.failing():
            return self.connection.execute(_HOSTS).fetchall()

    def is_empty(self) -> bool:
        """Whether nobody has written anything yet."""
        with self.failing():
            return self.connection.execute("SELECT 1 FROM change LIMIT 1").fetchone() is None

    def _look(self, since: int, *, begins: bool, although_moved: bool = False) -> Seen:
        with self.failing():
            kept = self._open
            try:
                return self._looked(since, begins=begins, although_moved=although_moved)
            except psycopg.OperationalError:
                if kept is None or not kept.closed or kept is not self._open:
                    raise
                # It broke while nobody used it, and nothing was asked for yet: another one does as well.
                return self._looked(since, begins=begins, although_moved=although_moved)

    def _looked(self, since: int, *, begins: bool, although_moved: bool) -> Seen:
        patience = PATIENCE if begins or not since else READ_PATIENCE
        said = self._ask(f"{'BEGIN; ' if begins else ''}SELECT look({since}, {begins})", patience)
        state = _State(*json.loads(said or "[]"))
        if state.version is not None and state.version < schemas.newest():
            if begins:
                self._ask("ROLLBACK")
            schemas.bring_up_to_date(self.connection, self.schema)
            return self._looked(since, begins=begins, although_moved=although_moved)
        return self._seen(state, since, begins=begins, although_moved=although_moved)

    def write_portions(self, portions: Iterable[Sequence[Outgoing]]) -> int:
        """Write so many rows that they come in portions, and commit; the number of the last change."""
        with self.failing():
            for portion in portions:
                _write(self._locked(), portion, "")
        return self.write(())

    def write(self, changes: Sequence[Outgoing]) -> int:
        """Write these rows and commit; the number of the last change, which is among them."""
        with self.failing():
            locked = self._locked()
            try:
                return _write(locked, changes, "; COMMIT")
            except psycopg.OperationalError as error:
                if error.sqlstate is None:
                    raise NotKnown(self._failure(error)) from error
                raise

    def _locked(self) -> Connection:
        """The connection of the transaction that was begun; where it is lost, so is the lock: nothing is written."""
        if self._open is None or self._open.closed:
            raise psycopg.OperationalError("connection is lost")
        return self._open

    def register(self, checkout: Checkout, now: float) -> tuple[int, str]:
        """The number and the name of a checkout among the mirrors, within a transaction that was begun.

        One that is known gets the same ones again; a name that another one has gets a number behind it.
        """
        with self.failing():
            known = self.connection.execute(_KNOWN, [now, checkout.version, checkout.sign]).fetchone()
            if known is None:
                taken = {row[0] for row in self.connection.execute("SELECT host FROM mirror")}
                names = chain([checkout.host], (f"{checkout.host}-{number}" for number in count(2)))
                name = next(name for name in names if name not in taken)
                known = self.connection.execute(_ADDED, [name, checkout.sign, now, now, checkout.version]).fetchone()
            assert known is not None  # noqa: S101  it has been added
            return int(known[0]), str(known[1])

    def report(self, number: int, seq: int, *, absent_seconds: float) -> None:
        """Say that the mirror with this number is there and how far it is; forget what all that are there know is gone.

        One that was not there for so long sees all rows again when it comes back.
        """
        with self.failing(), self.connection.transaction():
            connection = self.connection
            connection.execute("SELECT 1 FROM state FOR UPDATE")
            connection.execute(_REPORT, [seq, number])
            row = connection.execute(_KNOWN_BY_ALL, [absent_seconds]).fetchone()
            known = None if row is None else row[0]
            if known:
                connection.execute("DELETE FROM change WHERE row IS NULL AND seq <= %s", [known])
                connection.execute("UPDATE state SET forgotten = greatest(forgotten, %s)", [known])

    def take_time(self) -> None:
        """Let the transaction that was begun take its time: a whole repository comes or goes, and others wait."""
        with self.failing():
            self._ask(
                f"SET LOCAL idle_in_transaction_session_timeout = '{LONG}'; SET LOCAL statement_timeout = '{LONG}'"
            )

    def move_away(self, changes: Sequence[Outgoing], to: str) -> None:
        """Write these rows, say that the repository is in a file on the machine `to` from now on, and commit."""
        with self.failing():
            self.connection.execute("UPDATE state SET moved_to = %s, moved_by = session_user", [to])
        self.write(changes)

    def _begin_anew(self) -> None:
        """Delete all rows, in the transaction that was begun."""
        for (name,) in self.connection.execute(_TABLES).fetchall():
            self.connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
        self.connection.execute("DELETE FROM change")
        self.connection.execute(
            "UPDATE state SET moved_to = NULL, moved_by = NULL, forgotten = (SELECT last_value FROM change_seq)"
        )

    def roll_back(self) -> None:
        """Give the lock back; nothing was written."""
        if self._open is None:
            return  # it has ended with its connection
        try:
            ask(self._open, "ROLLBACK", WRITE_PATIENCE)
        except psycopg.Error:
            self.close()

    def _ask(self, statements: str, seconds: float = PATIENCE) -> str | None:
        return ask(self.connection, statements, seconds)

    def _seen(self, state: _State, since: int, *, begins: bool, although_moved: bool) -> Seen:
        if state.version is None:
            raise StateUnavailable(f"{self.schema} in the database is empty: it was made by nobody, or is being made")
        schemas.check(state.version, self.schema)
        if state.moved_to is not None:
            if not although_moved:
                raise Moved(state.moved_to, state.moved_by or "somebody")
            if begins:
                self._begin_anew()
        if since < state.forgotten:
            everything = _State(*json.loads(self._ask("SELECT look(0, false)") or "[]"))
            return _seen_of(everything, anew=True)
        return _seen_of(state)

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Whatever fails on the connection ends it: nothing is known of what it was at."""
        try:
            yield
        except psycopg.Error as error:
            self._abandon()
            raise self._failure(error) from error
        except BaseException:
            self._abandon()
            raise

    def _abandon(self) -> None:
        """Nothing is known of the transaction any more: let the server roll it back."""
        self.close()


def _seen_of(state: _State, *, anew: bool = False) -> Seen:
    changes = [Incoming(seq, kind, tuple(key), row) for seq, kind, key, row in state.changes]
    return Seen(state.now, changes, max(state.forgotten, changes[-1].seq if changes else 0), anew)


def _write(locked: Connection, changes: Sequence[Outgoing], then: str) -> int:
    """Write rows, and `then` something else, in one round trip; the number of the last change."""
    rows = quoted(locked, json.dumps([_row(change) for change in changes], ensure_ascii=False))
    said = ask(locked, f"SELECT write({rows}){then}", WRITE_PATIENCE + len(changes) / ROWS_A_SECOND)
    return int(said or 0)


def _row(change: Outgoing) -> tuple[str, Row, Row | None, Row | None]:
    """A change as the database takes it: with what must still be so in the rows where that is checked."""
    kind, key, changed, before = change
    if changed is None:
        return kind, key, None, None
    if before is None:
        return kind, key, _texts(changed), None
    if kind not in CHECKED:
        return kind, key, _texts(changed), {}
    expected = {name: before[name] for name in changed if name in before and not isinstance(before[name], float)}
    return kind, key, _texts(changed), _texts(expected)


def _texts(row: Row) -> Row:
    """The row as the database takes it: a text has no zeros there."""
    if not any(isinstance(value, str) and "\0" in value for value in row.values()):
        return row
    return {name: value.replace("\0", "\ufffd") if isinstance(value, str) else value for name, value in row.items()}
