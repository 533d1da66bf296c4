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
