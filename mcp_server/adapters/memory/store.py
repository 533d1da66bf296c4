"""The store in memory: the same promises without a file, for tests and for trying things out in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock

from mcp_server.adapters.memory.activity import MemoryCommands, MemoryInbox, MemoryJournal, MemoryWatch
from mcp_server.adapters.memory.agents import MemoryAgents
from mcp_server.adapters.memory.conflicts import MemoryConflicts
from mcp_server.adapters.memory.guard import MemoryGuardBook
from mcp_server.adapters.memory.launches import MemoryLaunches
from mcp_server.adapters.memory.leases import MemoryLeases
from mcp_server.adapters.memory.merges import MemoryPendingMerges
from mcp_server.adapters.memory.messages import MemoryCalls, MemoryEvents, MemoryShared
from mcp_server.adapters.memory.state_page import MemoryHandovers, MemoryStatePage
from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.adapters.memory.task_list import MemoryTaskList
from mcp_server.adapters.memory.tasks import MemoryTasks
from mcp_server.adapters.memory.worktrees import MemoryWorktrees
from mcp_server.domain.decision import Policy
from mcp_server.ports import Clock


class MemoryBooks:
    """All books of one transaction in memory."""

    def __init__(self, state: MemoryState, policy: Callable[[], Policy]) -> None:
        self._state = state
        self._policy = policy
        self.now = state.now
        self.agents = MemoryAgents(state)
        self.tasks = MemoryTasks(state)
        self.task_list = MemoryTaskList(state)
        self.leases = MemoryLeases(state)
        self.events = MemoryEvents(state)
        self.shared = MemoryShared(state)
        self.calls = MemoryCalls(state)
        self.state_page = MemoryStatePage(state)
        self.handovers = MemoryHandovers(state)
        self.journal = MemoryJournal(state)
        self.watch = MemoryWatch(state)
        self.commands = MemoryCommands(state)
        self.inbox = MemoryInbox(state)
        self.worktrees = MemoryWorktrees(state)
        self.launches = MemoryLaunches(state)
        self.conflicts = MemoryConflicts(state)
        self.pending_merges = MemoryPendingMerges(state)

    @property
    def guard(self) -> MemoryGuardBook:
        """The guard's book in this transaction."""
        return MemoryGuardBook(self._state, self._policy)


class MemoryStore:
    """The state of one repository in one process; threads take turns."""

    def __init__(self, *, clock: Clock, policy: Callable[[], Policy]) -> None:
        self._clock = clock
        self._policy = policy
        self._lock = RLock()
        self._state = MemoryState()

    @contextmanager
    def writing(self) -> Iterator[MemoryBooks]:
        """Exclusive: works on a copy that takes the state's place at the end, and after any exception does not."""
        with self._lock:
            draft = self._state.copy()
            draft.now = self._clock()
            yield MemoryBooks(draft, self._policy)
            self._state = draft

    @contextmanager
    def reading(self) -> Iterator[MemoryBooks]:
        """One consistent state; what is written into it is gone afterwards."""
        with self._lock:
            draft = self._state.copy()
            draft.now = self._clock()
            yield MemoryBooks(draft, self._policy)
