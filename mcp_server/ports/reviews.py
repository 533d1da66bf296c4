"""What the core needs to have work reviewed: the book of reviews, and a look at what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from mcp_server.domain.machines.unmerged import UnmergedWork
from mcp_server.domain.task import Check, Review
from mcp_server.domain.worktree import Worktree


class Reviews(Protocol):
    """Which tasks wait for review, and what was said of them."""

    def ask(self, seq: int, author: int, *, worktree: str, began_at: float) -> None:
        """The author asks for review of what was done in this worktree since then, or before, if it asked before."""

    def of(self, seq: int) -> Review | None:
        """The latest review of a task, or None."""

    def waiting(self, limit: int) -> list[Review]:
        """Those that wait, the longest wait first."""

    def taken(self, limit: int, *, begun: bool) -> int:
        """How many tasks wait, at most `limit`; with `begun` also those in progress and those that were rejected."""

    def begun(self, limit: int) -> list[str]:
        """The ready tasks that are not new: in progress under an expired lease, or rejected; the best first."""

    def reject(self, seq: int, reason: str) -> None:
        """The task is to be done again, for this reason."""

    def checked(self, seq: int, check: Check) -> None:
        """Keep what a check said of the task's work, for as long as review is not asked for again."""


class Changes(NamedTuple):
    """What was changed: files, lines added and removed, and how many files are new and not known to git."""

    files: int
    added: int
    removed: int
    untracked: int = 0


class Works(Protocol):
    """What was done for a task: the difference between where it began and how its checkout is now.

    What git cannot tell is None.
    """

    def changes(self, begin: Begin) -> Changes | None: ...
    def show(self, begin: Begin, *, editor: bool) -> bool:
        """Show the difference in git's pager, or with `editor` in git's difftool; False when there is none."""


class Begin(NamedTuple):
    """Where a task's work began: with its worktree, or in the checkout `root`, in a scope, at a time.

    `host`: on that other machine, from which `pushed` may have come.
    """

    worktree: Worktree | None
    root: str
    scope: Sequence[str]
    at: float
    host: str | None = None
    pushed: UnmergedWork | None = None
