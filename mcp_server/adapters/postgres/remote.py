"""One repository's rows in the database: locked, read from a number on, and written, each in one round trip."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain, count
from typing import Any, NamedTuple

import psycopg
from psycopg import Connection, sql

from mcp_server.adapters.postgres import schema as schemas
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.machines.change import Incoming, Outgoing, Row

CHANNEL = "interlock"
_STATE = "SELECT version, forgotten, moved_to, moved_by, extract(epoch FROM clock_timestamp())::float8 FROM state"
_CHANGES = "SELECT seq, kind, key::text, row::text FROM change WHERE seq > %s ORDER BY seq"
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


class Seen(NamedTuple):
    """The state of the database: its clock, and what has changed since a number.

    `anew`: so much was forgotten meanwhile that these are all rows that there are.
    """

    now: float
    changes: list[Incoming]
    anew: bool = False


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

    def look(self, since: int) -> Seen:
        """See what has changed since a number, without a lock: what others are about to write comes later."""
        return self._look(since, begins=False)

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
        connection = self.connection
        with connection.pipeline():
            if begins:
                connection.execute("BEGIN")
            state = connection.execute(_STATE + (" FOR UPDATE" if begins else ""))
            changes = connection.execute(_CHANGES, [since])
        row = state.fetchone()
        if row is not None and row[0] < schemas.newest():
            if begins:
                connection.execute("ROLLBACK")
            schemas.bring_up_to_date(connection, self.schema)
            return self._looked(since, begins=begins, although_moved=although_moved)
        return self._seen(row, changes, since, although_moved=although_moved)

    def write(self, changes: Sequence[Outgoing]) -> int:
        """Write these rows and commit; the number of the last change, which is among them."""
        with self.failing():
            connection = self.connection
            with connection.pipeline():
                for change in changes:
                    connection.execute(*_statement(change))
                connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, self.schema])
                last = connection.execute("SELECT last_value FROM change_seq")
                connection.execute("COMMIT")
            row = last.fetchone()
            assert row is not None  # noqa: S101  a sequence has a row
            return int(row[0])

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
        try:
            self.connection.execute("ROLLBACK")
        except psycopg.Error:
            self.close()

    def _seen(self, state: tuple[Any, ...] | None, changes: Any, since: int, *, although_moved: bool) -> Seen:
        if state is None:
            raise StateUnavailable(f"{self.schema} in the database is empty: it was made by nobody, or is being made")
        version, forgotten, moved_to, moved_by, now = state
        schemas.check(version, self.schema)
        if moved_to is not None:
            if not although_moved:
                raise Moved(moved_to, moved_by)
            self._begin_anew()
        if since < forgotten:
            return Seen(now, _incoming(self.connection.execute(_CHANGES, [0])), anew=True)
        return Seen(now, _incoming(changes))

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


def _incoming(rows: Any) -> list[Incoming]:
    return [
        Incoming(seq, kind, tuple(json.loads(key)), None if row is None else json.loads(row))
        for seq, kind, key, row in rows
    ]


def _statement(change: Outgoing) -> tuple[sql.Composed, list[Any]]:
    kind, key, changed, before = change
    if changed is None:
        return sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(kind), _where(key)), [*key.values()]
    if before is None:
        return _insert(kind, key, changed)
    return _update(kind, key, changed, before)


def _insert(kind: str, key: Row, row: Row) -> tuple[sql.Composed, list[Any]]:
    rest = [column for column in row if column not in key]
    puts = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column)) for column in rest)
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO {}").format(
        sql.Identifier(kind),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
        sql.SQL(", ").join(map(sql.Identifier, key)),
        sql.SQL("UPDATE SET {}").format(puts) if rest else sql.SQL("NOTHING"),
    )
    return statement, [_value(value) for value in row.values()]


def _update(kind: str, key: Row, changed: Row, before: Row) -> tuple[sql.Composed, list[Any]]:
    puts = sql.SQL(", ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in changed)
    statement = sql.SQL("UPDATE {} SET {} WHERE {}").format(sql.Identifier(kind), puts, _where(key))
    values = [*map(_value, changed.values()), *key.values()]
    if kind not in CHECKED:
        return statement, values
    expected = [column for column in changed if column in before and not isinstance(before[column], float)]
    for column in expected:
        statement += sql.SQL(" AND {} IS NOT DISTINCT FROM %s").format(sql.Identifier(column))
    checked = sql.SQL("WITH done AS ({} RETURNING 1) SELECT demand(count(*)) FROM done").format(statement)
    return checked, values + [_value(before[column]) for column in expected]


def _where(key: Row) -> sql.Composed:
    return sql.SQL(" AND ").join(sql.SQL("{} = %s").format(sql.Identifier(column)) for column in key)


def _value(value: Any) -> Any:
    """A value as the database takes it: a text has no zeros there."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value
