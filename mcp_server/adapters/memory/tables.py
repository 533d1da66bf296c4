"""All that a store in memory remembers, as plain dictionaries of values."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.agent import Agent
from mcp_server.domain.conflict import Known
from mcp_server.domain.launch import Launch
from mcp_server.domain.merge import PendingMerge
from mcp_server.domain.messages import (
    Checkpoint,
    Entry,
    Event,
    Handover,
    LastFailure,
    LastTests,
    Message,
    Shown,
    ToolCall,
)
from mcp_server.domain.task import Task
from mcp_server.domain.task_list import Version
from mcp_server.domain.worktree import Worktree


class HeldLease(NamedTuple):
    """A lease without what is its holder's or its task's."""

    token: int
    holder: int
    task: int | None
    resource: str | None
    scope: tuple[str, ...]
    purpose: str | None
    granted_at: float
    seconds: float
    taken_by: str | None = None
    taken_at: float | None = None


class HeldWait(NamedTuple):
    """A wait for a path of somebody else."""

    command: str
    attempts: int
    last_at: float


class HeldCommand(NamedTuple):
    """A Bash command that is watched."""

    agent: int
    root: str
    began_at: float
    confined: bool
    may_write: bool
    ended_at: float | None = None


class MemoryState:
    """The tables. Values are never changed in place, so a copy of the dictionaries is a copy of the state."""

    def __init__(self) -> None:
        self.now = 0.0
        self.counters: dict[str, int] = {}
        self.agents: dict[int, Agent] = {}
        self.identities: dict[str, int] = {}
        self.due: dict[int, float] = {}
        self.tasks: dict[int, Task] = {}
        self.needs: dict[int, frozenset[int]] = {}
        self.checkpoints: dict[int, tuple[Checkpoint, ...]] = {}
        self.listed: dict[str, tuple[str | None, int]] = {}
        self.versions: dict[int, Version] = {}
        self.leases: dict[int, HeldLease] = {}
        self.events: dict[int, Event] = {}
        self.entries: dict[int, Entry] = {}
        self.blocks: dict[int, Shown] = {}
        self.in_blocks: dict[int, bool] = {}
        self.hidden: dict[int, bool] = {}
        self.handovers: dict[int, Handover] = {}
        self.tested: dict[int, LastTests] = {}
        self.last_failures: dict[int, LastFailure] = {}
        self.messages: dict[int, Message] = {}
        self.for_task: dict[int, int] = {}
        self.deliveries: dict[tuple[int, int], float | None] = {}
        self.shown: dict[tuple[int, int], float] = {}
        self.reminders: dict[tuple[int, str, float], bool] = {}
        self.waits: dict[tuple[int, str], HeldWait] = {}
        self.commands: dict[str, HeldCommand] = {}
        self.edits: dict[tuple[str, int], float] = {}
        self.calls: dict[str, ToolCall] = {}
        self.worktrees: dict[str, Worktree] = {}
        self.launches: dict[str, Launch] = {}
        self.conflicts: dict[tuple[str, str, str], Known] = {}
        self.pending_merges: dict[str, PendingMerge] = {}

    def copy(self) -> MemoryState:
        """The same state, to be changed without changing this one."""
        twin = MemoryState()
        for name, table in vars(self).items():
            setattr(twin, name, table.copy() if isinstance(table, dict) else table)
        return twin

    def count(self, what: str) -> int:
        """The next number of a kind."""
        self.counters[what] = self.counters.get(what, 0) + 1
        return self.counters[what]

    def name(self, agent_id: int) -> str:
        """What the agent with this number is called."""
        return self.agents[agent_id].name

    def renew(self, agent_id: int) -> None:
        """The agent is active now; see `Agents.seen`."""
        self.agents[agent_id] = self.agents[agent_id]._replace(seen_at=self.now, ended_at=None)
        held = [lease for lease in self.leases.values() if lease.holder == agent_id and lease.taken_by is None]
        self.due.pop(agent_id, None)
        if held:
            self.due[agent_id] = self.now + min(lease.seconds for lease in held)
        for lease in held:
            if lease.task is not None:
                self.tasks[lease.task] = self.tasks[lease.task]._replace(ready=False)
