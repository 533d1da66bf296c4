"""Puts together what a hook needs: the light counterpart of `app`, which loads each part when it is first used."""

from __future__ import annotations

import os

from mcp_server.adapters.host.repository import used_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from sqlite3 import Connection
    from typing import Protocol

    from mcp_server.adapters.git.merging.conflict_search import GitConflictSearch
    from mcp_server.adapters.host.processes import HostProcesses
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.adapters.sqlite.activity import SqliteActivity, SqliteJournal
    from mcp_server.adapters.sqlite.books import SqliteBooks
    from mcp_server.adapters.sqlite.commands import SqliteBegunEdits, SqliteCalls, SqliteCommands
    from mcp_server.adapters.sqlite.inbox import SqliteInbox
    from mcp_server.adapters.sqlite.light import Transaction
    from mcp_server.adapters.sqlite.oversight.tracks import SqliteTracks
    from mcp_server.adapters.sqlite.presence.book import SqlitePresence
    from mcp_server.adapters.sqlite.store import SqliteStore
    from mcp_server.adapters.sqlite.usage.book import SqliteUsage
    from mcp_server.adapters.sqlite.usage.budgets import SqliteBudgets
    from mcp_server.core.guard.command import Site
    from mcp_server.core.guard.paths import WorktreeContext
    from mcp_server.core.workplace import Workplace
    from mcp_server.domain.decision import AgentRights
    from mcp_server.domain.machines.mirror import Mirror
    from mcp_server.domain.worktree import Worktree
    from mcp_server.ports import GuardBook

    class _Connections(Protocol):
        known: dict[str, tuple[int, Connection]]


PATIENCE = 2.0
"""Seconds that a hook waits for a writer; it must answer before its own deadline."""


class HookStore:
    """The store of a repository in use as a hook on the hot path needs it: each book is loaded when first asked for.

    Outside of a transaction every read sees the newest state. One of an older version is brought up to date: after an
    update a hook may come first. Refuses (OSError, an error of SQLite) a broken state.
    """

    __slots__ = ("_connection", "_presence", "guard", "mirror", "now", "repository")

    def __init__(self, repository: Repository) -> None:
        from time import time

        from mcp_server.adapters.settings.policy_cache import policy_of
        from mcp_server.adapters.sqlite.guard import SqliteGuardBook

        file = os.path.join(repository.state, "state.db")
        inode = _inode(file)
        if not inode:  # an empty file would look like a repository without claims
            raise OSError(f"the state in {file} is gone or empty; a person restores it: interlock doctor --repair")
        self._connection = _kept(file, inode) or _opened(repository, file)
        if _connections is not None:
            _connections.known[file] = (inode, self._connection)
        self.repository = repository
        self.mirror = _mirror(self._connection)
        self.now = time() if self.mirror is None else time() + self.mirror.ahead
        self._presence: SqlitePresence | None = None
        self.guard = SqliteGuardBook(
            self._connection, self.now, lambda: policy_of(repository), lambda: self.presence, self.mirror
        )

    def reading(self) -> Transaction:
        """A transaction that sees one consistent state."""
        from mcp_server.adapters.sqlite.light import Transaction, begin_reading

        return Transaction(self._connection, begin_reading)

    def writing(self) -> Transaction:
        """A transaction that is exclusive, and all or nothing."""
        from mcp_server.adapters.sqlite.light import Transaction, begin_writing

        return Transaction(self._connection, begin_writing)

    def bring_up_to_date(self) -> None:
        """See that the state has the newest schema; refuses (StateUnavailable) one of a newer Interlock."""
        from mcp_server.adapters.sqlite.light import is_up_to_date

        if not is_up_to_date(self._connection):
            open_store(self.repository).close()

    def try_to_write(self, act: Callable[[], None]) -> bool:
        """Run `act` in a transaction that writes; False when that fails: a full disk, a writer that takes too long."""
        try:
            with self.writing():
                act()
        except (OSError, self._connection.OperationalError):
            return False
        return True

    def books(self) -> SqliteBooks:
        """All books, within a transaction, each loaded when it is first asked for; the schema has to be the newest.

        Another process may have made a mirror of the state since it was opened: whoever is registered then has a host.
        """
        if self.mirror is None:
            self.mirror = _mirror(self._connection)
        from mcp_server.adapters.settings.policy_cache import policy_of
        from mcp_server.adapters.sqlite.books import SqliteBooks

        return SqliteBooks(self._connection, lambda: policy_of(self.repository), processes()).at(
            self.presence.moment, self.mirror
        )

    @property
    def presence(self) -> SqlitePresence:
        """What holders do; loaded when leases are renewed, or somebody else's is in the way."""
        if self._presence is None:
            from mcp_server.adapters.host.clock import system_clock
            from mcp_server.adapters.sqlite.presence.book import SqlitePresence
            from mcp_server.domain.presence import Moment

            find, mirror = system_clock.tick, self.mirror
            now = Moment(self.now, find) if mirror is None else mirror.moment(self.now - mirror.ahead, find)
            self._presence = SqlitePresence(self._connection, now, processes)
        return self._presence

    @property
    def journal(self) -> SqliteJournal:
        """Who edited what."""
        from mcp_server.adapters.sqlite.activity import SqliteJournal

        return SqliteJournal(self._connection, self.now, lambda: self.presence)

    @property
    def calls(self) -> SqliteCalls:
        """Who calls Interlock's own tools."""
        from mcp_server.adapters.sqlite.commands import SqliteCalls

        return SqliteCalls(self._connection, self.now)

    @property
    def activity(self) -> SqliteActivity:
        """What is going on around a path."""
        from mcp_server.adapters.sqlite.activity import SqliteActivity

        return SqliteActivity(self._connection, self.now, lambda: self.presence)

    @property
    def commands(self) -> SqliteCommands:
        """The Bash commands that are confined or may write."""
        from mcp_server.adapters.sqlite.commands import SqliteCommands

        return SqliteCommands(self._connection, self.now)

    @property
    def tracks(self) -> SqliteTracks:
        """What shows that an agent goes in circles."""
        from mcp_server.adapters.sqlite.oversight.tracks import SqliteTracks

        return SqliteTracks(self._connection, self.now)

    @property
    def has_begun_edits(self) -> bool:
        """Whether there is any edit that is not over; loads nothing, since most hooks find none."""
        return self._connection.execute("SELECT 1 FROM begun_edit LIMIT 1").fetchone() is not None

    def leads(self, agent_id: int) -> bool:
        """Whether the agent leads teammates; loads nothing, since most lead none."""
        query = "SELECT 1 FROM teammate WHERE lead = ? LIMIT 1"
        return self._connection.execute(query, (agent_id,)).fetchone() is not None

    @property
    def begun_edits(self) -> SqliteBegunEdits:
        """The edits that are not over."""
        from mcp_server.adapters.sqlite.commands import SqliteBegunEdits

        return SqliteBegunEdits(self._connection, self.now)

    @property
    def inbox(self) -> SqliteInbox:
        """The messages that have not been shown yet."""
        from mcp_server.adapters.sqlite.inbox import SqliteInbox

        return SqliteInbox(self._connection, self.now)

    @property
    def usage(self) -> SqliteUsage:
        """What was spent."""
        from mcp_server.adapters.sqlite.usage.book import SqliteUsage

        book = SqliteUsage(self._connection)
        book.now = self.now
        return book

    @property
    def budgets(self) -> SqliteBudgets:
        """What may be spent."""
        from mcp_server.adapters.sqlite.usage.budgets import SqliteBudgets

        book = SqliteBudgets(self._connection)
        book.now = self.now
        return book


def _inode(file: str) -> int:
    """Which file this is, 0 for one that is gone or empty."""
    try:
        found = os.stat(file)
    except FileNotFoundError:
        return 0
    return found.st_ino if found.st_size else 0


_connections: _Connections | None = None
"""In a process that answers many hooks, the open connections of each of its threads."""


def keep_connections() -> None:
    """From now on a thread opens each database once: reading its schema takes as long as a decision."""
    global _connections  # noqa: PLW0603  one process is one or the other
    from threading import local

    class _Local(local):
        def __init__(self) -> None:
            self.known: dict[str, tuple[int, Connection]] = {}

    _connections = _Local()


def _kept(file: str, inode: int) -> Connection | None:
    """This thread's connection to this very file, if there is one and nothing was left open on it."""
    known = _connections.known.get(file) if _connections is not None else None
    return None if known is None or known[0] != inode or known[1].in_transaction else known[1]


class Sites:
    """The worktrees in use around folders, for the agent that `keys` identify; `here` is where its command starts.

    `guard` and `rights` are those of the repository where it starts; another one has a state of its own.
    """

    __slots__ = ("_directory", "_found", "_keys", "_project", "_state", "here")

    def __init__(  # noqa: PLR0913  one value per part
        self,
        repository: Repository,
        guard: GuardBook,
        rights: AgentRights,
        *,
        keys: tuple[str, str | None] | tuple[str, str | None, str | None],
        directory: str,
        project: str | None,
    ) -> None:
        self._keys = keys
        self._directory = directory
        self._project = project
        self._found: dict[str, Site | None] = {}
        self._state = repository.state
        self.here = self._site(repository, guard, rights)

    def around(self, folder: str) -> Site | None:
        """The worktree in use that `folder` lies in, or None."""
        if folder not in self._found:
            repository = used_at(folder, self._project)
            inside = repository is not None and (folder + os.sep).startswith(repository.root.rstrip(os.sep) + os.sep)
            self._found[folder] = self._of(repository) if repository is not None and inside else None
        return self._found[folder]

    def _of(self, repository: Repository) -> Site:
        if repository.state == self._state:
            return self._site(repository, self.here.guard, self.here.rights)
        guard = HookStore(repository).guard
        return self._site(repository, guard, guard.rights(*self._keys))

    def _site(self, repository: Repository, guard: GuardBook, rights: AgentRights) -> Site:
        from mcp_server.adapters.git.bash_disk import ignored
        from mcp_server.core.guard.command import Site

        return Site(
            repository.root,
            guard,
            rights,
            worktree_context(repository, self._directory),
            relative=repository.relative,
            ignored=lambda paths: ignored(repository.root, paths),
        )


def worktree_context(repository: Repository, directory: str) -> WorktreeContext | None:
    """The worktree at a repository's root, seen by an agent in `directory`; None outside git."""
    if not repository.is_in_git:
        return None
    from mcp_server.core.guard.paths import WorktreeContext

    def here() -> str:
        found = used_at(os.path.realpath(directory), None)
        return found.root if found is not None and found.state == repository.state else ""

    return WorktreeContext(repository.root, repository.main, here)


def _mirror(connection: Connection) -> Mirror | None:
    """The mirror that a state is, or None; nothing is loaded for the many that mirror nothing."""
    if connection.execute("SELECT 1 FROM mirror").fetchone() is None:
        return None
    from mcp_server.adapters.sqlite.mirror.state import read

    return read(connection)


def _opened(repository: Repository, file: str) -> Connection:
    from mcp_server.adapters.sqlite.light import connect, is_outdated

    connection = connect(file, patience=PATIENCE)
    if is_outdated(connection):
        open_store(repository).close()
    return connection


def open_store(repository: Repository, *, create: bool = False) -> SqliteStore:
    """The whole store of a repository, for the events that are not on the hot path."""
    from pathlib import Path

    from mcp_server.adapters.host.clock import system_clock
    from mcp_server.adapters.settings.policy_cache import policy_of
    from mcp_server.adapters.sqlite import store

    file = Path(repository.state) / "state.db"
    if create:
        from mcp_server.adapters.host.home_worktree import settled

        store.create(file)
        repository = settled(repository)
    return store.SqliteStore(file, clock=system_clock, policy=lambda: policy_of(repository), busy_seconds=PATIENCE)


def keep_backup(repository: Repository) -> None:
    """Keep a backup of the state if it is whole. The client may end this at any moment: then the earlier one stays."""
    from pathlib import Path

    from mcp_server.adapters.sqlite import backup

    backup.keep(Path(repository.state) / "state.db")


def is_failure_of_the_state(error: Exception) -> bool:
    """Whether an error says that the state cannot be used, which whoever works on it finds out as well."""
    from mcp_server.adapters.sqlite.light import is_failure
    from mcp_server.domain.errors import StateUnavailable

    return isinstance(error, OSError | StateUnavailable) or is_failure(error)


TIDY_EVERY = 3600.0
_TIDIED = "tidied"


def tidy(repository: Repository, *, now: bool = False) -> None:
    """Remove what nobody needs any more, and ask git anew what it ignores; `now`, or if that was not done for an hour.

    The session's server does it in the background; a session's start only where no server did.
    """
    from time import time

    file = os.path.join(repository.state, _TIDIED)
    try:
        if not now and os.stat(file).st_mtime > time() - TIDY_EVERY:
            return
    except OSError:
        pass
    from mcp_server.adapters.git.runner import answer
    from mcp_server.adapters.host import atomic_write, edit_backups
    from mcp_server.sandbox import cleanup, ignored

    atomic_write.replace(file, b"")
    cleanup.sweep(repository.state)
    edit_backups.sweep(repository.state, time())
    ignored.refresh(repository.root, ignored.file_of(repository.state, repository.root), answer)


def open_workplace(repository: Repository) -> Workplace:
    """The workplace of a repository in use, without what hooks do not need: its texts for people."""
    from mcp_server.adapters.settings.settings_file import settings_in_force
    from mcp_server.core.workplace import Workplace

    settings = lambda: settings_in_force(repository.settings, repository.state)  # noqa: E731  as `app` has it
    return Workplace(open_store(repository), processes(), _NoCheckout(), settings)


def prune(repository: Repository, pause: Callable[[], object]) -> None:
    """Forget what is too old in a repository in use, in small steps with pauses in which others write."""
    from mcp_server.adapters.settings.settings_file import settings_in_force
    from mcp_server.core import prune

    wanted = settings_in_force(repository.settings, repository.state).retention
    store = open_store(repository)
    try:
        while prune.prune(store, wanted):
            pause()
    finally:
        store.close()
    tidy(repository)


def conflict_search(repository: Repository) -> GitConflictSearch:
    """Finds the branches of a repository that conflict."""
    from mcp_server.adapters.git.merging.conflict_search import GitConflictSearch

    return GitConflictSearch(repository.root, repository.state)


class _NoCheckout:
    """Hooks have no library for git."""

    def revision(self, directory: str) -> str | None:  # noqa: ARG002
        return None

    def uncommitted(self, directory: str, covers: Callable[[str], bool]) -> int | None:  # noqa: ARG002
        return None

    def commits(self, directory: str, moment: float, patterns: Sequence[str]) -> list[str]:  # noqa: ARG002
        return []

    def arrived(self, worktree: Worktree) -> str | None:  # noqa: ARG002
        return None


def processes() -> HostProcesses:
    """The processes of this host."""
    from mcp_server.adapters.host.processes import HostProcesses

    return HostProcesses()
