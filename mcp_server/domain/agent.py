"""Who works here: an agent, its process, and how long it has been silent."""

from __future__ import annotations

from typing import NamedTuple

WORKTREE = "worktree"
"""The kind of what holds the ports and names that were given to a worktree: it never works, and nobody tells it
anything."""


class Process(NamedTuple):
    """A process that cannot be mistaken for a later one: `host`, `pid` and when it `started`.

    `host` and `started` are opaque: they are compared, never read.
    """

    host: str
    pid: int
    started: str


class Want(NamedTuple):
    """What an agent was refused, who holds it, and since when it waits."""

    subject: str
    holder: str
    since: float


class Agent(NamedTuple):
    """One Claude Code session, one subagent in it, one connection without hooks, one person, or one worktree."""

    id: int
    name: str
    parent: int | None
    kind: str
    process: Process | None
    worktree: str
    joined_at: float
    seen_at: float
    ended_at: float | None = None
    want: Want | None = None

    @property
    def family(self) -> tuple[int, ...]:
        """The agent itself and the one whose scope it may work under."""
        return (self.id,) if self.parent is None else (self.id, self.parent)
