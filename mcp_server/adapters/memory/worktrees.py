"""The worktrees that Interlock made, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.worktree import State, Worktree


class MemoryWorktrees:
    """The worktrees' book."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def add(self, name: str, path: str, *, branch: str, base: str, start: str, task: str | None) -> Worktree:
        """A worktree that is being made; its name and its path are new."""
        made = Worktree(name, path, branch, base, start, task, "making", self._state.now)
        self._state.worktrees[name] = made
        return made

    def get(self, name: str) -> Worktree | None:
        """The worktree of this name, or None."""
        return self._state.worktrees.get(name)

    def at(self, path: str) -> Worktree | None:
        """The worktree in this folder, or None."""
        return next((found for found in self._state.worktrees.values() if found.path == path), None)

    def of_task(self, task_id: str) -> Worktree | None:
        """The worktree for this task, the latest of several, or None."""
        found = [worktree for worktree in self.all() if worktree.task == task_id]
        return min(found, key=lambda worktree: (-worktree.made_at, worktree.name), default=None)

    def all(self) -> list[Worktree]:
        """Every worktree, oldest first."""
        return sorted(self._state.worktrees.values(), key=lambda worktree: (worktree.made_at, worktree.name))

    def move(self, name: str, state: State) -> None:
        """It is now being made, ready, or being removed."""
        self._change(name, state=state)

    def leave(self, name: str, undone: Sequence[str]) -> None:
        """These steps are left until work can begin in it."""
        self._change(name, undone=tuple(undone))

    def relocate(self, name: str, path: str) -> None:
        """It was moved to this folder."""
        self._change(name, path=path)

    def mark_merged(self, name: str, commit: str | None) -> None:
        """This commit brought its work home; None: it has not landed, as when more was done since."""
        self._change(name, merged=commit)

    def forget(self, name: str) -> None:
        """It is gone."""
        self._state.worktrees.pop(name, None)

    def _change(self, name: str, **fields: object) -> None:
        if name in self._state.worktrees:
            self._state.worktrees[name] = self._state.worktrees[name]._replace(**fields)  # type: ignore[arg-type]  # named above
