"""Notifies a person of what needs one, beside answering hooks: one server of a repository does it for all of them."""

from __future__ import annotations

import fcntl
import os
import sys
from time import monotonic

from mcp_server.adapters.host.file_stamp import database_stamp, stamp

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mcp_server.adapters.host.repository import Repository
    from mcp_server.domain.settings import Settings
    from mcp_server.ports import Notifier, Store

EVERY = 1.0
"""Seconds between two looks. One that finds nothing written costs three system calls."""
ANEW = 5.0
"""Seconds after which it looks even if nothing was written: a process may have ended."""
LOCK = "notifying"


class Notifying:
    """What one server does for a repository in use; `client` is the session's process, whose terminal may be used.

    `environment` is that of the programs that notify.
    """

    def __init__(
        self,
        repository: Repository,
        client: int,
        environment: Mapping[str, str],
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.repository = repository
        self._client = client
        self._environment = environment
        self._clock = clock
        self._lock: int | None = None
        self._store: Store | None = None
        self._settings: Settings | None = None
        self._ways: Sequence[Notifier] = ()
        self._settings_stamp: str | None = ""
        self._seen: object = None
        self._at = float("-inf")

    def look(self) -> None:
        """Notify of what is new. Nothing is opened where the settings name no way, or another process does it."""
        settings = self._read_settings()
        if not settings.notify.is_wanted or not self._is_ours():
            return
        seen, now = database_stamp(os.path.join(self.repository.state, "state.db")), self._clock()
        if seen == self._seen and now < self._at + ANEW:
            return
        self._seen, self._at = seen, now
        from mcp_server import hook_app
        from mcp_server.core.board.notify import notify

        if self._store is None:
            self._store = hook_app.open_store(self.repository)
        notify(self._store, settings, self._ways, _complain)

    def _read_settings(self) -> Settings:
        current = stamp(self.repository.settings)
        if self._settings is None or current != self._settings_stamp:
            from mcp_server.adapters.settings.settings_file import read_settings

            self._settings, self._settings_stamp = read_settings(self.repository.settings), current
            self._ways = self._find_ways(self._settings)
        return self._settings

    def _is_ours(self) -> bool:
        """Whether this is the process that notifies: the first that asks, until it ends."""
        if self._lock is not None:
            return True
        handle = os.open(os.path.join(self.repository.state, LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._lock = handle
        return True

    def _find_ways(self, settings: Settings) -> Sequence[Notifier]:
        if not settings.notify.is_wanted:
            return ()
        from mcp_server.adapters.notify.terminal import Terminal, environment_of, to_terminal_of
        from mcp_server.adapters.notify.ways import ways_of

        root, client = self.repository.root, self._client
        terminals = [Terminal(root, environment_of(client), to_terminal_of(client))] if client else []
        return ways_of(settings.notify, root, self._environment, terminals)


def _complain(words: str) -> None:
    print(f"interlock: {words}", file=sys.stderr)
