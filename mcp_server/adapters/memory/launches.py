"""The sessions that were started for tasks, in memory."""

from __future__ import annotations

from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.launch import Launch, Way


class MemoryLaunches:
    """The launches' book."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def add(self, task: str, agent: int, *, session: str | None, way: Way, name: str) -> Launch:
        """A session is about to be started for this task, which has none."""
        if task in self._state.launches:
            raise ValueError(f"two sessions for {task}")
        self._state.launches[task] = Launch(task, agent, session, way, name, "", None, None, self._state.now)
        return self._state.launches[task]

    def get(self, task: str) -> Launch | None:
        """The session for this task, or None."""
        return self._state.launches.get(task)

    def expected(self, worktree: str) -> Launch | None:
        """The session that is awaited in this worktree under an id that nobody knows yet, or None."""
        return next((each for each in self.all() if each.session is None and each.worktree == worktree), None)

    def all(self) -> list[Launch]:
        """All of them, oldest first."""
        return sorted(self._state.launches.values(), key=lambda launch: (launch.launched_at, launch.task))

    def housed(self, task: str, worktree: str) -> None:
        """It has a worktree now."""
        self._state.launches[task] = self._state.launches[task]._replace(worktree=worktree)

    def placed(self, task: str, place: str | None, server: str | None) -> None:
        """It runs in this pane or as this job."""
        self._state.launches[task] = self._state.launches[task]._replace(place=place, server=server)

    def reported(self, task: str, session: str) -> None:
        """The client has reported, under this id."""
        self._state.launches[task] = self._state.launches[task]._replace(session=session)

    def forget(self, task: str) -> None:
        """There is no session for it any more."""
        self._state.launches.pop(task, None)
