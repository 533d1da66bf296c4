"""What a command might write when it began, and may not any more: it is somebody else's by now."""

from __future__ import annotations

import os

from mcp_server.domain.scopes import scope
from mcp_server.sandbox import rights
from mcp_server.sandbox.record import BETWEEN_SCOPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from mcp_server.domain.scopes.scope import Scope
    from mcp_server.sandbox.record import Record

    class Others(Protocol):
        """What others hold now."""

        @property
        def version(self) -> int:
            """A number that grows whenever that may be more or less."""

        def hold_any(self) -> bool:
            """Whether they may hold anything that the command may write."""

        def hold(self, path: str) -> bool:
            """Whether they hold a path, relative to the worktree."""

        def notify(self, path: str, command: str, what: str) -> None:
            """Notify the command's agent."""


class Lost:
    """The places in the scope of one call that others hold by now."""

    def __init__(self, record: Record, session: str, others: Others) -> None:
        self._record, self._session, self._others = record, session, others
        self._inside = record.root.rstrip("/") + "/"
        self._scopes, self._open = scopes_of(record)
        self._version = 0
        self._notified = False

    def has(self, path: str) -> bool:
        """Whether an absolute path is lost; the call's agent is notified, once."""
        if not self._others.hold_any():
            return False
        place = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
        if not place.startswith(self._inside) or not self._is_lost(place[len(self._inside) :]):
            return False
        self._notify(place, "It goes on, and what it would write there is refused.")
        return True

    def stop_writers(self) -> None:
        """Stop what has a lost file open for writing, whenever others may hold more."""
        version = self._others.version
        if version == self._version:
            return
        self._version = version
        if self._others.hold_any():
            from mcp_server.sandbox.supervisor import writers  # seldom: most commands end before

            for path in writers.stop(self._record.root, self._session, self._is_lost):
                self._notify(self._inside + path, "It had the file open for writing, and was stopped.")

    def _is_lost(self, path: str) -> bool:
        mine = any(each.covers(path) for each in self._scopes) and not self._open.covers(path)
        return mine and self._others.hold(path)

    def _notify(self, place: str, what: str) -> None:
        if not self._notified:
            self._notified = True
            self._others.notify(place[len(self._inside) :], self._record.command, what)


def scopes_of(record: Record) -> tuple[list[Scope], Scope]:
    """The scopes of the leases that a call was confined to, and what is open to everybody."""
    ends = [at for at, pattern in enumerate(record.patterns) if pattern == BETWEEN_SCOPES]
    held, opened = record.patterns[: ends[-1] if ends else 0], record.patterns[ends[-1] + 1 if ends else 0 :]
    return rights.scopes_of(held), next(iter(rights.scopes_of(opened)), scope.parse([]))


def folders_of(record: Record) -> Sequence[str]:
    """Where the scopes of a call lie; nowhere for one that git may bring any work with, as into its own worktree."""
    scopes, _ = scopes_of(record)
    if any(each.patterns == ("**",) for each in scopes):
        return ()
    return list(dict.fromkeys(anchor for each in scopes for anchor, _ in scope.anchors_of(each)))
