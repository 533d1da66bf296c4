"""The books of worktrees, launches, conflicts and merges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from mcp_server.domain.conflict import Conflict, Known
from mcp_server.domain.launch import Launch, Way
from mcp_server.domain.machines.unmerged import UnmergedWork
from mcp_server.domain.merge import PendingMerge
from mcp_server.domain.worktree import State, Worktree


class Worktrees(Protocol):
    """The worktrees that Interlock made."""

    def add(self, name: str, path: str, *, branch: str, base: str, start: str, task: str | None) -> Worktree:
        """A worktree that is being made; its name and its path are new."""

    def get(self, name: str) -> Worktree | None: ...
    def at(self, path: str) -> Worktree | None:
        """The worktree in this folder, or None."""

    def of_task(self, task_id: str) -> Worktree | None:
        """The worktree for this task, the latest of several, or None."""

    def all(self) -> list[Worktree]:
        """Every worktree, oldest first."""

    def are_there(self) -> bool:
        """Whether there are any."""

    def around(self, task_id: str, path: str) -> list[Worktree]:
        """Those of this task, the latest first, and the one in this folder."""

    def unmerged(self) -> list[Worktree]:
        """Those whose task is done and whose work is not in their base, as far as that is recorded."""

    def move(self, name: str, state: State) -> None: ...
    def leave(self, name: str, undone: Sequence[str]) -> None:
        """These steps of its set-up are left."""

    def relocate(self, name: str, path: str) -> None: ...
    def record_merge(self, name: str, commit: str | None) -> None:
        """Record that this commit merged its work; None: it is not merged, as when more was done since."""

    def forget(self, name: str) -> None: ...


class Launches(Protocol):
    """The sessions that were started for tasks, and those that are about to be."""

    def add(self, task: str, agent: int, *, session: str | None, way: Way, name: str) -> Launch:
        """A session is about to be started for this task, which has none."""

    def get(self, task: str) -> Launch | None: ...
    def expected(self, worktree: str) -> Launch | None:
        """The session that is expected in this worktree under an id that is not known yet, or None."""

    def all(self) -> list[Launch]:
        """All of them, oldest first."""

    def worktree_made(self, task: str, worktree: str) -> None:
        """Record its worktree."""

    def placed(self, task: str, place: str | None, server: str | None) -> None:
        """It runs in this pane or as this job."""

    def reported(self, task: str, session: str) -> None:
        """The client has reported, under this id."""

    def forget(self, task: str) -> None: ...


class Conflicts(Protocol):
    """The conflicts between branches."""

    def all(self) -> list[Known]:
        """Every conflict that was found, over or not, by the branches' names and the path."""

    def find(self, ours: str, theirs: str, conflict: Conflict) -> None:
        """Record the conflict as it is now."""

    def close(self, ours: str, theirs: str, path: str) -> None: ...
    def tell(self, ours: str, theirs: str, path: str) -> None:
        """Record that the agents were notified of it as it is now."""

    def keep(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Forget those of all other pairs."""


class PendingMerges(Protocol):
    """The merges that were begun and are not finished: the base has moved, or is about to."""

    def begin(self, merge: PendingMerge) -> None: ...
    def pending(self) -> list[PendingMerge]: ...
    def end(self, branch: str) -> None: ...


class Unmerged(Protocol):
    """The work on tasks that the other machines can't have yet; nothing where no other machine works."""

    def put(self, work: UnmergedWork) -> None:
        """This is where the work on the task is now."""

    def of(self, task_id: str) -> UnmergedWork | None: ...
    def all(self) -> list[UnmergedWork]:
        """That of all machines, by task."""

    def end(self, task_id: str) -> None:
        """Every machine can have it, or it is gone."""
