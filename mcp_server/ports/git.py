"""What the core needs of git: worktrees, the search for conflicts, and merges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from mcp_server.domain.branch import CheckedOut, FoundConflicts, Side, Work
from mcp_server.domain.conflict import Conflict
from mcp_server.domain.machines.unmerged import UnmergedWork
from mcp_server.domain.merge import Arrival, CheckResult, MergeCommit, MergeStopped, Pushed
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.setup_step import Carried, Step
from mcp_server.domain.worktree import Listed, Worktree


class Trees(Protocol):
    """The worktrees of one repository as git has them. What cannot be done is said by `Trouble`."""

    @property
    def source(self) -> str | None:
        """The checkout that worktrees are set up from: the main one; None where there is none, as beside a bare."""

    def locked(self) -> AbstractContextManager[object]:
        """Keep other processes from making or removing worktrees, also programs that a killed one left running."""

    def listed(self) -> list[Listed]:
        """All worktrees, the main one first."""

    def head(self) -> tuple[str | None, str | None]:
        """The branch and the commit that the main worktree is on; None when detached, or before the first commit."""

    def default_branch(self) -> str | None:
        """The branch that work is merged into by default; None when that can't be told."""

    def commit(self, revision: str) -> str | None: ...
    def commit_here(self, revision: str) -> str | None:
        """The commit that this names in the current checkout, or None."""

    def branch_here(self) -> str | None:
        """The branch of the current checkout, or None."""

    def is_branch(self, name: str) -> bool: ...
    def is_name(self, branch: str) -> bool:
        """Whether there can be a branch of this name."""

    def branch_in_the_way(self, branch: str) -> str | None:
        """An existing branch that makes this name impossible, or None."""

    def remote_branch(self, branch: str) -> str | None:
        """A remote's branch of this name, with the remote's or without, or None."""

    def place(self, folder: str, *, beside: bool) -> str:
        """Where the worktree in this folder belongs."""

    def make(self, path: str, branch: str, start: str) -> str | None:
        """Make a worktree on a branch, which begins at `start` if it is new; what its own hook complained about."""

    def is_there(self, path: str) -> bool:
        """Whether there is anything in this place."""

    def is_whole(self, path: str) -> bool:
        """Whether all of it was checked out."""

    def foreign_files(self, path: str, commit: str) -> list[str]:
        """The files in a half-made worktree that are not from its commit."""

    def unlock(self, path: str) -> None:
        """Remove git's lock on a worktree that is being made."""

    def clear(self, path: str) -> None:
        """Delete a worktree with all that is in it, and what git knows of it; again where it was begun."""

    def changes(self, path: str) -> list[str]:
        """What is not committed in it."""

    def unpushed(self, path: str) -> bool:
        """Whether its submodules hold commits that are nowhere else."""

    def work(self, worktree: Worktree) -> Work:
        """What a worktree is on now, and what of its work is missing in its base."""

    def missing_from(self, base: str, commit: str, *, thorough: bool = True) -> int:
        """How many commits up to this one `base` lacks; 0 if their content is there, however it came.

        Unless it is to be `thorough`, what the base has changed again since may be missed.
        """

    def is_in_a_branch(self, commit: str) -> bool: ...
    def is_same(self, path: str, other: str) -> bool:
        """Whether both are the same folder."""

    def ahead_behind(self, commit: str, base: str) -> tuple[int, int] | None: ...
    def drop_branch(self, branch: str, commit: str) -> bool:
        """Delete the branch if it is still at this commit and nowhere checked out; whether it was."""

    def exclude(self, pattern: str) -> None:
        """Make git ignore this, anchored at the root, in every worktree; what users have written stays as it is."""

    def repair(self) -> None:
        """Repair git's records of worktrees that were moved."""


class StepRunner(Protocol):
    """Makes one checkout ready to work in, step by step, and keeps a log of it."""

    @property
    def log(self) -> str:
        """The file with the output of the steps."""

    def locked(self, patience: float = 0) -> AbstractContextManager[object]:
        """Keep others from setting up this checkout; refuses (Occupied) after `patience` seconds."""

    def give(self, environment: Mapping[str, str]) -> None:
        """Write the variables into this checkout and pass them to the steps."""

    def steps(self, wanted: WorktreeSettings) -> list[Step]:
        """What it lacks, in order."""

    def carry_out(self, step: Step) -> Carried: ...
    def is_free(self, port: int) -> bool:
        """Whether nobody listens on this port of this machine."""


class ConflictSearch(Protocol):
    """Finds which branches conflict. Searching changes nothing."""

    def checkouts(self) -> list[CheckedOut]:
        """The repository's checkouts that are there, the main one first."""

    def tips(self, branches: Sequence[str]) -> dict[str, str]:
        """The commits that these branches are on; a branch that does not exist is left out."""

    def remote_tips(self, branches: Sequence[str]) -> dict[str, tuple[str, str]]:
        """Those of the branches that the remote has: git's name for each and its commit, as they were seen last."""

    def find_conflicts(self, sides: Sequence[Side], pairs: Sequence[tuple[str, str]]) -> FoundConflicts:
        """The conflicts of each of these pairs of sides, by their names."""

    def arrived(self, worktree: Worktree) -> str | None:
        """The commit with which all work of a worktree is in its base; None while anything is missing there."""


class ScratchMerge(Protocol):
    """A merge in a temporary checkout, which nobody else sees: its commit, or why git could not make it."""

    @property
    def outcome(self) -> MergeCommit | MergeStopped: ...
    def check(self, command: str, name: str) -> CheckResult:
        """Run a command in the merged checkout; `name` is what is being merged, for the log."""


class MergeTool(Protocol):
    """Merges branches. What it can't do it refuses (OSError) in words, and then everything is as it was."""

    def tip(self, branch: str) -> str | None: ...
    def main(self) -> str | None:
        """The branch of the main checkout; None when its HEAD is detached."""

    def checkout_of(self, branch: str) -> str | None: ...
    def is_in(self, commit: str, branch: str) -> bool: ...
    def arrival(self, commit: str, base: str, start: str) -> Arrival:
        """Whether the content of a commit is in the branch `base`, however it came there; `start` is its branch's."""

    def work(self, worktree: Worktree, base: str) -> Work:
        """What a worktree is on now, and what of its work is missing in this base."""

    def in_progress(self, root: str) -> str | None:
        """What git is in the middle of in a checkout, in words; None when it is at rest."""

    def uncommitted(self, root: str) -> list[str]: ...
    def conflicts(self, ours: str, theirs: str) -> tuple[Conflict, ...]: ...
    def scratch_merge(
        self, base: str, tip: str, *, branch: str, message: str | None
    ) -> AbstractContextManager[ScratchMerge]:
        """Merge `tip` into the commit `base` in a temporary checkout, or rebase it where there is no `message`.

        The hooks are those of the checkout of `branch`, the base.
        """

    def after_merge(self, branch: str) -> None:
        """Run what git runs after a merge, in the checkout of the branch that was merged into."""

    def locked(self) -> AbstractContextManager[object]:
        """No other process of Interlock's moves a branch meanwhile."""

    def obstacle(self, root: str, old: str, new: str) -> str | None:
        """Why the base's checkout can't be fast-forwarded, in words; None when it can."""

    def move(self, branch: str, old: str, new: str, why: str) -> bool:
        """Move a branch from `old` to `new`; False when it is not on `old` any more."""

    def fast_forward(self, root: str, old: str, new: str) -> list[str]:
        """Fast-forward the checkout of a branch; returns the files that are somebody's own and stay. Idempotent."""


class Remote(Protocol):
    """The repository that this one was cloned from, as it is known here; only fetching and pushing ask the network."""

    def name(self, base: str) -> str | None:
        """What the remote of this branch is called; None where there is none."""

    def tip(self, branch: str) -> str | None:
        """The commit that the remote's branch is on, as it was seen last."""

    def has(self, work: UnmergedWork, *, own: bool) -> bool:
        """Whether the remote's base has all of this work, however it came there; without a remote, if it is merged.

        `own`: it is this machine's, so its branch is here.
        """

    def unpushed(self, directory: str, patterns: Sequence[str]) -> tuple[str, str, str] | None:
        """Branch, base and commit of a checkout whose commits in this scope the remote's base lacks; else None."""

    def fetch(self, base: str) -> None:
        """Fetch this branch as the person would; refuses (OSError) in git's words."""

    def push(self, base: str, expected: str | None, new: str) -> Pushed:
        """Move the remote's branch from `expected` to `new`, or say why not. Never takes a commit from it."""

    def fetch_politely(self, branches: Sequence[str], now: float) -> str | None:
        """Fetch these branches in the background, unless somebody did so lately; why that failed, or None."""
