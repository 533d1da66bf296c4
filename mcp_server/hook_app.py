"""Puts together what a hook needs: the light twin of `app`, which loads nothing before it is asked for."""

from __future__ import annotations

import os

from mcp_server.adapters.host import repository as places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from sqlite3 import Connection

    from mcp_server.adapters.git.conflict_search import GitConflictSearch
    from mcp_server.adapters.host.processes import HostProcesses
    from mcp_server.adapters.sqlite.activity import SqliteActivity
    from mcp_server.adapters.sqlite.commands import SqliteCommands
    from mcp_server.adapters.sqlite.edits import SqliteJournal
    from mcp_server.adapters.sqlite.guard import SqliteGuardBook
    from mcp_server.adapters.sqlite.inbox import SqliteInbox
    from mcp_server.adapters.sqlite.store import SqliteStore
    from mcp_server.core.guard.paths import WorktreeContext
    from mcp_server.core.workplace import Workplace

PATIENCE = 2.0
"""Seconds that a hook waits for a writer; it has to answer before its own time is over."""


def open_guard(repository: places.Repository) -> tuple[Connection, SqliteGuardBook]:
    """The guard's book of a repository in use, and its connection; refuses (OSError, _sqlite3.Error) broken state."""
    from time import time

    from mcp_server.adapters.settings.policy_cache import policy_of
    from mcp_server.adapters.sqlite.guard import SqliteGuardBook
    from mcp_server.adapters.sqlite.light import connect

    file = os.path.join(repository.state, "state.db")
    os.stat(file)  # to be opened, never to be made: an empty file would look like a repository without claims
    connection = connect(file, patience=PATIENCE)
    return connection, SqliteGuardBook(connection, time(), lambda: policy_of(repository))


class Desk:
    """The books that a hook on the hot path needs, of a repository in use; each is loaded when it is asked for."""

    __slots__ = ("connection", "guard", "now")

    def __init__(self, repository: places.Repository) -> None:
        self.connection, self.guard = open_guard(repository)
        self.now = self.guard.now

    @property
    def journal(self) -> SqliteJournal:
        """Who edited what."""
        from mcp_server.adapters.sqlite.edits import SqliteJournal

        return SqliteJournal(self.connection, self.now)

    @property
    def activity(self) -> SqliteActivity:
        """What is going on around a path."""
        from mcp_server.adapters.sqlite.activity import SqliteActivity

        return SqliteActivity(self.connection, self.now)

    @property
    def commands(self) -> SqliteCommands:
        """The Bash commands that are watched."""
        from mcp_server.adapters.sqlite.commands import SqliteCommands

        return SqliteCommands(self.connection, self.now)

    @property
    def inbox(self) -> SqliteInbox:
        """The messages on their way."""
        from mcp_server.adapters.sqlite.inbox import SqliteInbox

        return SqliteInbox(self.connection, self.now)


def ground(repository: places.Repository, directory: str) -> WorktreeContext | None:
    """The worktree at a repository's root for the guard, asked by an agent in `directory`; None outside git."""
    if not repository.is_in_git:
        return None
    from mcp_server.core.guard.paths import WorktreeContext

    def here() -> str:
        found = places.used_at(os.path.realpath(directory), None)
        return found.root if found is not None and found.state == repository.state else ""

    return WorktreeContext(repository.root, repository.main, here)


def open_store(repository: places.Repository, *, create: bool = False) -> SqliteStore:
    """The whole store of a repository, for the events that are not on the hot path."""
    from pathlib import Path

    from mcp_server.adapters.host.clock import system_clock
    from mcp_server.adapters.settings.policy_cache import policy_of
    from mcp_server.adapters.sqlite import store

    file = Path(repository.state) / "state.db"
    if create:
        store.create(file)
    return store.SqliteStore(file, clock=system_clock, policy=lambda: policy_of(repository), busy_seconds=PATIENCE)


def open_place(repository: places.Repository) -> Workplace:
    """The workplace of a repository in use, without what hooks do not touch: its texts for people."""
    from mcp_server.adapters.settings.settings_file import settings_in_force
    from mcp_server.core.workplace import Workplace

    settings = lambda: settings_in_force(repository.settings, repository.state)  # noqa: E731  as `app` has it
    return Workplace(open_store(repository), processes(), _NoCheckout(), settings)


def conflict_search(repository: places.Repository) -> GitConflictSearch:
    """Which branches of a repository can't be merged with which."""
    from mcp_server.adapters.git.conflict_search import GitConflictSearch

    return GitConflictSearch(repository.root, repository.state)


class _NoCheckout:
    """Git's library is not there for hooks."""

    def revision(self, directory: str) -> str | None:  # noqa: ARG002
        return None

    def uncommitted(self, directory: str, covers: Callable[[str], bool]) -> int | None:  # noqa: ARG002
        return None

    def commits(self, directory: str, moment: float, patterns: Sequence[str]) -> list[str]:  # noqa: ARG002
        return []

    def merged_commit(self, directory: str, branch: str) -> str | None:  # noqa: ARG002
        return None


def processes() -> HostProcesses:
    """The processes of this host."""
    from mcp_server.adapters.host.processes import HostProcesses

    return HostProcesses()
