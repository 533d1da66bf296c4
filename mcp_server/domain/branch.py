"""Branches for the search for conflicts: a checkout, one side of a merge, and what was found."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.conflict import Conflict


class CheckedOut(NamedTuple):
    """An existing checkout with the number of `files` in its index.

    No `branch`: its HEAD is detached. No `commit`: none has been made, or it is bare.
    """

    root: str
    branch: str | None
    commit: str | None
    files: int = 0


class Side(NamedTuple):
    """One side of a merge: a commit, or with `root` what is uncommitted in that checkout as well.

    `pathspecs` say where in the checkout something can have changed; None: anywhere.
    """

    name: str
    commit: str
    root: str | None = None
    pathspecs: tuple[str, ...] | None = None


class FoundConflicts(NamedTuple):
    """The conflicts of each pair, the branches that could not be checked and why, and how many pairs were merged anew.

    `uncommitted` are the sides with uncommitted changes.
    """

    conflicts: dict[tuple[str, str], tuple[Conflict, ...]]
    trouble: dict[str, str]
    tried: int
    uncommitted: frozenset[str] = frozenset()


class Tip(NamedTuple):
    """A commit with work of a worktree that its base lacks, and how many commits are `missing` there.

    No `branch`: it is on none. It is `own` if it was committed in that worktree. `reverted_by` is the commit of the
    base that undid it after it was merged.
    """

    branch: str | None
    commit: str
    missing: int
    own: bool = True
    reverted_by: str | None = None

    @property
    def name(self) -> str:
        """What git commands call it."""
        return self.branch or self.commit[:12]

    @property
    def words(self) -> str:
        """Which work it is, in words."""
        if self.reverted_by is not None:
            return f"{self.name}, which was merged and then reverted by {self.reverted_by[:10]}"
        commits = "1 commit" if self.missing == 1 else f"{self.missing} commits"
        return f"{self.branch} ({commits})" if self.branch else f"{self.name} ({commits}, on no branch)"


class Work(NamedTuple):
    """What a worktree is on now, and the work in it that its base lacks.

    `root` is where it is, None when its folder is gone; `branch` is None when its HEAD is detached. `busy` is what git
    is in the middle of there. `arrived` is the commit with which all of its work is in the base.
    """

    root: str | None
    branch: str | None
    commit: str | None
    busy: str | None
    tips: tuple[Tip, ...]
    arrived: str | None

    @property
    def missing(self) -> str:
        """What its base lacks, in words; empty when nothing."""
        return " and ".join(tip.words for tip in self.tips)
