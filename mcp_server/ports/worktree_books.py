"""The books of worktrees: what was made, launched, foreseen and brought home."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from mcp_server.domain.conflict import Conflict, Known
from mcp_server.domain.launch import Launch, Way
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

    def move(self, name: str, state: State) -> None: ...
    def leave(self, name: str, undone: Sequence[str]) -> None:
        """These steps are left until work can begin in it."""

    def relocate(self, name: str, path: str) -> None: ...
    def record_merge(self, name: str, commit: str | None) -> None:
        """This commit brought its work home; None: it has not landed, as when more was done since."""

    def forget(self, name: str) -> None: ...


class Launches(Protocol):
    """The sessions that were started for tasks, and those that are about to be."""

    def add(self, task: str, agent: int, *, session: str | None, way: Way, name: str) -> Launch:
        """A session is about to be started for this task, which has none."""

    def get(self, task: str) -> Launch | None: ...
    def expected(self, worktree: str) -> Launch | None:
        """The session that is awaited in this worktree under an id that nobody knows yet, or None."""

    def all(self) -> list[Launch]:
        """All of them, oldest first."""

    def worktree_made(self, task: str, worktree: str) -> None:
        """It has a worktree now."""

    def placed(self, task: str, place: str | None, server: str | None) -> None:
        """It runs in this pane or as this job."""

    def reported(self, task: str, session: str) -> None:
        """The client has reported, under this id."""

    def forget(self, task: str) -> None: ...


class Conflicts(Protocol):
    """What branches can't be merged with what."""

    def all(self) -> list[Known]:
        """Every conflict that was found, over or not, by the branches' names and the path."""

    def find(self, ours: str, theirs: str, conflict: Conflict) -> None:
        """It is there, as it stands now."""

    def close(self, ours: str, theirs: str, path: str) -> None: ...
    def tell(self, ours: str, theirs: str, path: str) -> None:
        """The agents are told of it as it stands."""

    def keep(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Forget those of all other pairs."""


class PendingMerges(Protocol):
    """The merges that were begun: the base has moved, or is about to, and not all has followed."""

    def begin(self, landing: PendingMerge) -> None: ...
    def pending(self) -> list[PendingMerge]: ...
    def end(self, branch: str) -> None: ...
