"""A branch that is being worked on, here or on another machine."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.agent import Agent
from mcp_server.domain.branch import Side
from mcp_server.domain.lease import Lease
from mcp_server.domain.worktree import Worktree


class ActiveBranch(NamedTuple):
    """A branch that is being worked on: its side of a merge, its base, and who is working on it."""

    side: Side
    base: str | None
    agents: tuple[Agent, ...]
    leases: tuple[Lease, ...]
    worktree: Worktree | None
    is_elsewhere: bool = False
    """On another machine: its side is what was pushed of it, as far as that was fetched."""
