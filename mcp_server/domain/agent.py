"""An agent, its process, and what it waits for."""

from __future__ import annotations

from mcp_server.record import NamedTuple

WORKTREE = "worktree"
"""The kind of agent that holds a worktree's ports and names: it does no work and gets no messages."""


REVIEW = "review"
"""The kind of the one that holds the scopes of all tasks that wait for review: nobody's work, and never silent."""

PLACEHOLDERS = (WORKTREE, REVIEW)
"""The kinds that hold something in the place of an agent: nobody can talk to them."""

PERSON = "person"
"""The kind of whoever types at the command line."""


class Process(NamedTuple):
    """A process that can't be mistaken for a later one: `host`, `pid` and when it `started`.

    `host` and `started` are opaque: they are compared, never read.
    """

    host: str
    pid: int
    started: str


class Want(NamedTuple):
    """What an agent was refused, who holds it, since when it waits, and for which lease.

    `told`: that lease's holder knows.
    """

    subject: str
    holder: str
    since: float
    token: int | None = None
    told: bool = False


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
    idle_at: float | None = None
    type: str | None = None
    """What it was started as: one of the client's or a plugin's kinds of agents."""
    can: tuple[str, ...] = ()
    """The capabilities that its session says it has."""

    @property
    def is_address(self) -> bool:
        """Whether it is only a name that messages are kept for: nobody of that name has worked here yet."""
        return self.kind == PERSON and not self.worktree

    @property
    def family(self) -> tuple[int, ...]:
        """The agent itself and the one in whose scope it may work."""
        return (self.id,) if self.parent is None else (self.id, self.parent)
