"""All books of one transaction on SQLite, each loaded when it is first asked for: a hook needs few of them."""

from __future__ import annotations

from mcp_server.adapters.sqlite.activity import SqliteActivity, SqliteJournal
from mcp_server.adapters.sqlite.commands import SqliteBegunEdits, SqliteCalls, SqliteCommands
from mcp_server.adapters.sqlite.guard import SqliteGuardBook
from mcp_server.adapters.sqlite.inbox import SqliteInbox
from mcp_server.adapters.sqlite.presence.book import SqlitePresence
from mcp_server.domain.presence import Moment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from sqlite3 import Connection
    from typing import Any

    from mcp_server.adapters.sqlite.agents import SqliteAgents
    from mcp_server.adapters.sqlite.branches.conflicts import SqliteConflicts
    from mcp_server.adapters.sqlite.branches.worktrees import SqliteLaunches, SqlitePendingMerges, SqliteWorktrees
    from mcp_server.adapters.sqlite.leases import SqliteLeases
    from mcp_server.adapters.sqlite.messages import SqliteEvents, SqliteShared
    from mcp_server.adapters.sqlite.mirror.unmerged import SqliteUnmerged
    from mcp_server.adapters.sqlite.oversight.attention import SqliteAttention
    from mcp_server.adapters.sqlite.oversight.requests import SqliteRequests
    from mcp_server.adapters.sqlite.oversight.reviews import SqliteReviews
    from mcp_server.adapters.sqlite.oversight.tracks import SqliteTracks
    from mcp_server.adapters.sqlite.retention import SqliteRetention
    from mcp_server.adapters.sqlite.state_page import SqliteHandovers, SqliteStatePage
    from mcp_server.adapters.sqlite.task_list import SqliteTaskList
    from mcp_server.adapters.sqlite.tasks import SqliteTasks
    from mcp_server.adapters.sqlite.teams.book import SqliteTeams
    from mcp_server.adapters.sqlite.usage.book import SqliteUsage
    from mcp_server.adapters.sqlite.usage.budgets import SqliteBudgets
    from mcp_server.adapters.sqlite.workflow.runs import SqliteRuns
    from mcp_server.domain.decision import Policy
    from mcp_server.domain.machines.mirror import Mirror
    from mcp_server.ports import Processes

_ROOM = "mcp_server.adapters.sqlite."
_BOOKS = {
    "agents": ("agents", "SqliteAgents"),
    "tasks": ("tasks", "SqliteTasks"),
    "task_list": ("task_list", "SqliteTaskList"),
    "leases": ("leases", "SqliteLeases"),
    "events": ("messages", "SqliteEvents"),
    "shared": ("messages", "SqliteShared"),
    "state_page": ("state_page", "SqliteStatePage"),
    "handovers": ("state_page", "SqliteHandovers"),
    "worktrees": ("branches.worktrees", "SqliteWorktrees"),
    "launches": ("branches.worktrees", "SqliteLaunches"),
    "conflicts": ("branches.conflicts", "SqliteConflicts"),
    "pending_merges": ("branches.worktrees", "SqlitePendingMerges"),
    "attention": ("oversight.attention", "SqliteAttention"),
    "reviews": ("oversight.reviews", "SqliteReviews"),
    "retention": ("retention", "SqliteRetention"),
    "teams": ("teams.book", "SqliteTeams"),
    "requests": ("oversight.requests", "SqliteRequests"),
    "usage": ("usage.book", "SqliteUsage"),
    "budgets": ("usage.budgets", "SqliteBudgets"),
    "runs": ("workflow.runs", "SqliteRuns"),
    "unmerged": ("mirror.unmerged", "SqliteUnmerged"),
}
"""Each book's module and class."""


class SqliteBooks:
    """All books of one transaction on SQLite."""

    if TYPE_CHECKING:
        agents: SqliteAgents
        tasks: SqliteTasks
        task_list: SqliteTaskList
        leases: SqliteLeases
        events: SqliteEvents
        shared: SqliteShared
        state_page: SqliteStatePage
        handovers: SqliteHandovers
        worktrees: SqliteWorktrees
        launches: SqliteLaunches
        conflicts: SqliteConflicts
        pending_merges: SqlitePendingMerges
        attention: SqliteAttention
        reviews: SqliteReviews
        retention: SqliteRetention
        teams: SqliteTeams
        requests: SqliteRequests
        usage: SqliteUsage
        budgets: SqliteBudgets
        runs: SqliteRuns
        unmerged: SqliteUnmerged

    def __init__(self, connection: Connection, policy: Callable[[], Policy], processes: Processes) -> None:
        self._policy = policy
        self._connection = connection
        self._open: list[Any] = []
        self._processes = processes
        self.now = 0.0
        self.mirror: Mirror | None = None
        self.moment = Moment(0.0, lambda: ("", 0.0))

    def __getattr__(self, name: str) -> Any:
        if name not in _BOOKS:
            raise AttributeError(name)
        module, kind = _ROOM + _BOOKS[name][0], _BOOKS[name][1]
        book = getattr(__import__(module, fromlist=[kind]), kind)(self._connection)
        book.now, book.moment, book.mirror = self.now, self.moment, self.mirror
        self._open.append(book)
        setattr(self, name, book)
        return book

    @property
    def guard(self) -> SqliteGuardBook:
        """The guard's book in this transaction."""
        return SqliteGuardBook(self._connection, self.now, self._policy, lambda: self.presence, self.mirror)

    @property
    def presence(self) -> SqlitePresence:
        """What holders do, in this transaction."""
        return SqlitePresence(self._connection, self.moment, lambda: self._processes)

    @property
    def journal(self) -> SqliteJournal:
        """Who edited what, in this transaction."""
        return SqliteJournal(self._connection, self.now, lambda: self.presence)

    @property
    def activity(self) -> SqliteActivity:
        """What is going on around a path, in this transaction."""
        return SqliteActivity(self._connection, self.now, lambda: self.presence)

    @property
    def calls(self) -> SqliteCalls:
        """Who makes which call, in this transaction."""
        return SqliteCalls(self._connection, self.now)

    @property
    def commands(self) -> SqliteCommands:
        """The Bash commands that are watched, in this transaction."""
        return SqliteCommands(self._connection, self.now)

    @property
    def begun_edits(self) -> SqliteBegunEdits:
        """The edits that are not over, in this transaction."""
        return SqliteBegunEdits(self._connection, self.now)

    @property
    def inbox(self) -> SqliteInbox:
        """The messages on their way, in this transaction."""
        return SqliteInbox(self._connection, self.now)

    @property
    def tracks(self) -> SqliteTracks:
        """What shows that agents go in circles, in this transaction."""
        from mcp_server.adapters.sqlite.oversight.tracks import SqliteTracks

        return SqliteTracks(self._connection, self.now)

    def at(self, moment: Moment, mirror: Mirror | None = None) -> SqliteBooks:
        """The same books at another time, in this state of the mirror."""
        self.now, self.moment, self.mirror = moment.now, moment, mirror
        for book in self._open:
            book.now, book.moment, book.mirror = moment.now, moment, mirror
        return self
