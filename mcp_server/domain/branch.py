"""A line of work as git has it: a branch, the checkout that it is worked on in, and what comes of merging two."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.conflict import Conflict


class CheckedOut(NamedTuple):
    """A checkout that is there, with so many `files` in its index.

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
    """The conflicts of each pair that could be looked at, what could not and why, and how many were tried anew.

    `uncommitted` are the sides with something that is not committed.
    """

    conflicts: dict[tuple[str, str], tuple[Conflict, ...]]
    trouble: dict[str, str]
    tried: int
    uncommitted: frozenset[str] = frozenset()
