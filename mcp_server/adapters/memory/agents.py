"""Who works here, in memory."""

from __future__ import annotations

from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.agent import WORKTREE, Agent, Process, Want


class MemoryAgents:
    """The agents' book."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def find(self, key: str) -> Agent | None:
        """The agent that is known by `key`, or None."""
        agent_id = self._state.identities.get(key)
        return None if agent_id is None else self._state.agents[agent_id]

    def get(self, agent_id: int) -> Agent:
        """The agent with this number, which must exist."""
        return self._state.agents[agent_id]

    def named(self, name: str) -> Agent | None:
        """The agent of this name, ended or not, or None."""
        return next((agent for agent in self._state.agents.values() if agent.name == name), None)

    def add(
        self, key: str, name: str, kind: str, *, parent: int | None, process: Process | None, worktree: str
    ) -> Agent:
        """A new agent, known by `key`; `name` must be free."""
        if self.named(name) is not None:
            raise ValueError(f"two agents named {name}")
        now = self._state.now
        agent = Agent(self._state.count("agent"), name, parent, kind, process, worktree, now, now)
        self._state.agents[agent.id] = agent
        self.link(key, agent.id)
        return agent

    def link(self, key: str, agent_id: int) -> None:
        """Make `key` a sign by which this agent is known."""
        self._state.identities[key] = agent_id

    def next_number(self) -> int:
        """A number that no agent was given before, for a name."""
        return self._state.count("agent name")

    def seen(self, agent_id: int, *, process: Process | None = None, worktree: str | None = None) -> None:
        """The agent is active now: it has not ended, and its leases are renewed."""
        self._state.renew(agent_id)
        agent = self._state.agents[agent_id]
        self._state.agents[agent_id] = agent._replace(
            process=process or agent.process, worktree=agent.worktree if worktree is None else worktree
        )

    def end(self, agent_id: int, why: str) -> None:
        """The agent has ended: what it holds is free for the next comer."""
        agent = self._state.agents[agent_id]
        if agent.ended_at is None:
            self._state.agents[agent_id] = agent._replace(ended_at=self._state.now)
            self._state.due[agent_id] = self._state.now

    def children(self, agent_id: int) -> list[Agent]:
        """The subagents of this agent that have not ended."""
        return [agent for agent in self.present() if agent.parent == agent_id]

    def present(self) -> list[Agent]:
        """All that have not ended and can be talked to, by name."""
        found = [agent for agent in self._state.agents.values() if agent.ended_at is None and agent.kind != WORKTREE]
        return sorted(found, key=lambda agent: agent.name)

    def in_worktree(self, path: str) -> list[Agent]:
        """Those who worked in this worktree last, ended or not, the latest first."""
        found = [agent for agent in self._state.agents.values() if agent.worktree == path and agent.kind != "person"]
        return sorted(found, key=lambda agent: (-agent.seen_at, -agent.id))

    def due(self) -> list[Agent]:
        """Those whose leases may have lapsed and have not been looked at since."""
        return [self._state.agents[agent] for agent, due_at in self._state.due.items() if due_at <= self._state.now]

    def looked_at(self, agent_id: int, due_at: float | None) -> None:
        """Look at this agent again at `due_at`, or not before it is active again."""
        self._state.due.pop(agent_id, None)
        if due_at is not None:
            self._state.due[agent_id] = due_at

    def with_leases(self) -> list[Agent]:
        """The agents that hold something and have not ended."""
        holders = {lease.holder for lease in self._state.leases.values() if lease.taken_by is None}
        return sorted(
            (agent for agent in self._state.agents.values() if agent.ended_at is None and agent.id in holders),
            key=lambda agent: agent.name,
        )

    def wants(self, agent_id: int, want: Want | None) -> None:
        """What the agent was refused and waits for, or None."""
        self._state.agents[agent_id] = self._state.agents[agent_id]._replace(want=want)
