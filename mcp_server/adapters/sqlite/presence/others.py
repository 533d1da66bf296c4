"""Is a path somebody else's by now? Asked for a command that runs, since the kernel's grants can't be taken back."""

from __future__ import annotations

import os
from time import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from sqlite3 import Connection

    from mcp_server.adapters.sqlite.guard import SqliteGuardBook
    from mcp_server.domain.decision import LiveLease

PATIENCE = 1.0


class Others:
    """What others than the agent known by `key` hold at, above or below these folders of a worktree.

    `since` is when its command began: until anybody writes after that, nothing is looked up.
    """

    def __init__(self, file: str, key: str, since: float, folders: Sequence[str]) -> None:
        self._file, self._key, self._since, self._folders = file, key, since, folders
        self._stamp: tuple[int, int] | None = None
        self._version = 0
        self._now = 0.0
        self._connection: tuple[int, Connection] | None = None
        self._family: tuple[int, ...] = ()
        self._holding: list[LiveLease] = []

    @property
    def version(self) -> int:
        """A number that grows whenever others may hold more or less."""
        try:
            found = os.stat(self._file + "-wal")
        except OSError:
            return self._version
        stamp = (found.st_mtime_ns, found.st_size)
        if stamp != self._stamp:
            is_first, self._stamp = self._stamp is None, stamp
            if not is_first or found.st_mtime >= self._since:
                self._look()
        return self._version

    def hold_any(self) -> bool:
        """Whether they may hold anything there."""
        return self.version > 0 and bool(self._holding)

    def hold(self, path: str) -> bool:
        """Whether a live lease of theirs covers a path."""
        return self._lease(path) is not None

    def notify(self, path: str, command: str, what: str) -> None:
        """Notify the agent of what was done to its command because of a path, if that can be written."""
        lease = self._lease(path)
        if lease is None or self._connection is None:
            return
        from mcp_server.adapters.sqlite.inbox import SqliteInbox
        from mcp_server.adapters.sqlite.light import Transaction, begin_writing, is_failure

        subject = f"{lease.holder} holds {path} now, which a command of yours would write"
        body = f"`{' '.join(command.split())[:200]}` began before that. {what}"
        try:
            with Transaction(self._connection[1], begin_writing):
                SqliteInbox(self._connection[1], self._now).post(None, self._family[0], subject, body)
        except Exception as error:
            if not is_failure(error):
                raise

    def _look(self) -> None:
        self._version += 1
        try:
            guard = self._guard()
            self._family = guard.rights(self._key, self._key.partition("/")[0]).family
            near = [lease for folder in self._folders for lease in (*guard.near(folder), *guard.within(folder))]
            self._holding = [lease for lease in near if lease.holder_id not in self._family]
        except Exception:  # noqa: BLE001  a state that can't be read takes nothing from a command that runs
            self._holding = []

    def _lease(self, path: str) -> LiveLease | None:
        from mcp_server.domain.decision import foreign_lease

        return foreign_lease(path, self._family, self._holding)

    def _guard(self) -> SqliteGuardBook:
        from mcp_server.adapters.host.clock import system_clock
        from mcp_server.adapters.host.processes import HostProcesses
        from mcp_server.adapters.sqlite.guard import SqliteGuardBook
        from mcp_server.adapters.sqlite.light import connect
        from mcp_server.adapters.sqlite.mirror.state import read
        from mcp_server.adapters.sqlite.presence.book import SqlitePresence
        from mcp_server.domain.decision import Policy
        from mcp_server.domain.presence import Moment
        from mcp_server.domain.scopes.scope import parse

        if self._connection is not None and self._connection[0] == os.getpid():  # else it is a parent's
            self._connection[1].close()
        connection = connect(self._file, patience=PATIENCE)
        self._connection = (os.getpid(), connection)
        mirror = read(connection)
        tick = system_clock.tick
        moment = Moment(time(), tick) if mirror is None else mirror.moment(time(), tick)
        presence = SqlitePresence(connection, moment, HostProcesses)
        policy = Policy("enforce", "allow", parse([]))
        self._now = moment.now
        return SqliteGuardBook(connection, moment.now, lambda: policy, lambda: presence, mirror)
