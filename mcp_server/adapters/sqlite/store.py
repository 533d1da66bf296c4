"""The store on SQLite: opens the file, brings its schema up to date, and hands out books in transactions."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.host.repository import holds_state
from mcp_server.adapters.sqlite import backup, schema
from mcp_server.adapters.sqlite.books import SqliteBooks
from mcp_server.adapters.sqlite.light import LOG_FRAMES
from mcp_server.adapters.sqlite.mirror import state
from mcp_server.adapters.sqlite.transaction import Transaction
from mcp_server.domain.decision import Policy
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.presence import Moment
from mcp_server.ports import Clock, Processes

BUSY_SECONDS = 20.0
"""How long a writer waits for others. Transactions take well under a millisecond; only a stuck process gets here."""


class SqliteStore:
    """The state of one repository: in one file that any number of processes share, or, without a file, in memory."""

    def __init__(
        self,
        file: Path | None,
        *,
        clock: Clock,
        policy: Callable[[], Policy],
        processes: Processes | None = None,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self._clock = clock
        self._processes = processes or HostProcesses()
        self._policy = policy
        self._patience = busy_seconds
        self._file = file
        self._path = None if file is None else str(file)
        self._open()

    def writing(self) -> Transaction[SqliteBooks]:
        """Exclusive: all that is written becomes visible at once, or, after any exception, nothing does."""
        self._look_at_file()
        return self._writing

    def noting(self) -> Transaction[SqliteBooks]:
        """As `writing`: there is nobody else to ask."""
        return self.writing()

    def reading(self) -> Transaction[SqliteBooks]:
        """One consistent state, while others may go on writing; what is written into it is gone afterwards."""
        self._look_at_file()
        return self._reading

    def is_mirror(self) -> bool:
        """Whether the state mirrors a database."""
        return state.read(self._connection) is not None

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection that transactions are on; it may be another one in the next."""
        return self._connection

    def close(self) -> None:
        """Close the file. The store cannot be used any more."""
        self._connection.close()

    def _open(self) -> None:
        self._identity = _identity(self._path)
        self._connection = _in_memory() if self._file is None else _opened(self._file, self._patience)
        # From here on a transaction waits for the lock itself.
        self._connection.execute("PRAGMA busy_timeout = 0")
        self._books = SqliteBooks(self._connection, self._policy, self._processes)
        self._writing = self._transaction(("BEGIN IMMEDIATE",), "COMMIT")
        self._reading = self._transaction(("BEGIN", "SELECT 1 FROM note LIMIT 1"), "ROLLBACK")

    def _look_at_file(self) -> None:
        """Open the file again if it was removed or replaced: the old one takes writes that nobody will ever see."""
        if self._path is not None and _identity(self._path) != self._identity:
            self._connection.close()
            self._open()

    def _transaction(self, begin: tuple[str, ...], end: str) -> Transaction[SqliteBooks]:
        return Transaction(
            self._connection, begin=begin, end=end, open=self._now, failure=self._failed, patience=self._patience
        )

    def _now(self) -> SqliteBooks:
        mirror = state.read(self._connection)
        if mirror is None:
            return self._books.at(Moment(self._clock(), self._clock.tick))
        return self._books.at(mirror.moment(self._clock(), self._clock.tick), mirror)

    def _failed(self, error: Exception) -> Exception:
        return _unavailable(self._file, error)


def create(file: Path) -> None:
    """Put an empty state in place, folder and all, or leave the one that is there. Others see all of it or nothing."""
    if file.parent.is_dir() and holds_state(str(file.parent)):
        _make_private(file)
        return
    try:
        file.parent.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=".interlock-", dir=file.parent.parent))
    except OSError as error:
        raise _unavailable(file, error) from error
    try:
        (building / file.name).touch(mode=0o600)
        (building / file.name).write_bytes(schema.image())
        _connect(building / file.name, BUSY_SECONDS).close()
        _move_into_place(building, file)
    except (OSError, sqlite3.Error) as error:
        raise _unavailable(file, error) from error
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _make_private(file: Path) -> None:
    """Take from others what an earlier version let them read."""
    for place, mode in ((file.parent, 0o700), *((Path(f"{file}{end}"), 0o600) for end in backup.LOG_FILES)):
        with suppress(OSError):
            if place.stat().st_mode & 0o077:
                place.chmod(mode)


def _move_into_place(building: Path, file: Path) -> None:
    try:
        os.rename(building, file.parent)  # noqa: PTH104  Path.rename is the same call; os.rename fails where it exists, which is the point
    except OSError:
        if not file.parent.is_dir():
            raise
        if not holds_state(str(file.parent)):  # only workflows are there, and stay there
            with suppress(FileExistsError):  # another process was faster
                os.link(building / file.name, file)


def _in_memory() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=256, check_same_thread=False)
    connection.deserialize(schema.image())
    return connection


def _identity(file: str | None) -> tuple[int, int] | None:
    if file is None:
        return None
    try:
        found = os.stat(file)  # noqa: PTH116  before every transaction, where Path.stat takes twice as long
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _opened(file: Path, busy_seconds: float) -> sqlite3.Connection:
    if file.parent.is_dir() and (not file.exists() or (file.is_file() and not file.stat().st_size)):
        raise backup.gone(file)
    connection = _connect(file, busy_seconds)
    try:
        schema.migrate(connection, file)
    except (sqlite3.Error, StateUnavailable) as error:
        connection.close()
        raise error if isinstance(error, StateUnavailable) else _unavailable(file, error) from error
    return connection


def _connect(file: Path, busy_seconds: float) -> sqlite3.Connection:
    connection = None
    try:
        connection = sqlite3.connect(
            file, timeout=busy_seconds, isolation_level=None, cached_statements=256, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode = WAL")
        # A commit survives the death of any process; the last ones may be lost with the machine's power,
        # and then every holder of a lease is gone as well.
        connection.execute("PRAGMA synchronous = NORMAL")
        # A checkpoint of the log waits for the disk: seldom, then, but a long log makes every hook wait.
        connection.execute(f"PRAGMA wal_autocheckpoint = {LOG_FRAMES}")
    except sqlite3.Error as error:
        if connection is not None:
            connection.close()
        raise _unavailable(file, error) from error
    return connection


def _unavailable(file: Path | None, error: Exception) -> StateUnavailable:
    place = file or "memory"
    if "readonly database" in str(error):
        words = "it may be read, but not written: its folder or its disk is read-only, or belongs to another user"
        return StateUnavailable(f"the state in {place} can't be changed: {words}; `interlock doctor` says what to do")
    return StateUnavailable(f"the state in {place} cannot be used: {error}; `interlock doctor` says what to do")
