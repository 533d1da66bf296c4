"""The guard's book in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mcp_server.adapters.memory.leases import MemoryLeases
from mcp_server.adapters.memory.messages import MemoryEvents
from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.decision import AgentRights, LiveLease, Loss, Policy
from mcp_server.domain.lease import Lease
from mcp_server.domain.other_worktree import PRESENT_SECONDS, Occupant
from mcp_server.domain.scopes import scope as scopes


class MemoryGuardBook:
    """What the guard reads, and the little it writes."""

    def __init__(self, state: MemoryState, policy: Callable[[], Policy]) -> None:
        self._state = state
        self._leases = MemoryLeases(state)
        self._policy = policy

    def policy(self) -> Policy:
        """The settings in force."""
        return self._policy()

    def rights(self, key: str, parent_key: str | None) -> AgentRights:
        """Who `key` is and what it may use; an unknown subagent stands as its parent does."""
        agent_id = self._state.identities.get(key, self._state.identities.get(parent_key or ""))
        if agent_id is None:
            return AgentRights((), (), None)
        return self.standing_of(agent_id, self._state.agents[agent_id].parent)

    def standing_of(self, own: int, parent: int | None) -> AgentRights:
        """What the agent with this number, which works under `parent`, may use."""
        family = (own,) if parent is None else (own, parent)
        held_itself = self._leases.held_by(own)
        share = family[:1] if any(lease.task is not None for lease in held_itself) else family
        held = [lease for member in share for lease in self._leases.held_by(member)]
        lost = [lease for member in share for lease in self._leases.lost_by(member)]
        loss = Loss(lost[0].subject, lost[0].taken_by or "", lost[0].taken_at or 0.0) if lost else None
        return AgentRights(family, [_holding(lease) for lease in held], loss, self._state.agents[own].worktree)

    def near(self, path: str) -> Sequence[LiveLease]:  # noqa: ARG002  there is no index
        """The live leases of anybody whose scope may cover `path`."""
        return [_holding(lease) for lease in self._leases.all() if lease.is_live(self._state.now)]

    def within(self, directory: str) -> Sequence[LiveLease]:
        """The live leases of anybody whose scope lies in `directory` or deeper."""
        below = directory + "/" if directory else ""
        return [
            _holding(lease)
            for lease in self._leases.all()
            if lease.is_live(self._state.now)
            and any(
                anchor == directory or anchor.startswith(below)
                for anchor, _ in scopes.anchors(scopes.parse(lease.scope))
            )
        ]

    def beside(self, root: str, family: Sequence[int]) -> Sequence[LiveLease]:
        """The live claims of others, outside `family`, who work in the worktree `root`."""
        return [
            _holding(lease)
            for lease in self._leases.all()
            if lease.resource is None
            and lease.is_live(self._state.now)
            and lease.holder not in family
            and self._state.agents[lease.holder].worktree == root
        ]

    def homes(self, tasks: Sequence[str]) -> Sequence[str]:
        """The worktrees that were made for these tasks and whose work has not come home yet."""
        found = [
            made
            for made in self._state.worktrees.values()
            if made.task in tasks and made.merged is None and made.state != "removing"
        ]
        return [made.path for made in sorted(found, key=lambda made: (-made.made_at, made.name))]

    def occupant(self, root: str, family: Sequence[int]) -> Occupant | None:
        """Who outside `family` is at work in the linked worktree `root`, else another's task that it was made for."""
        for holding in self.beside(root, family):
            return Occupant(holding.holder, holding.task)
        own = {lease.task for member in family for lease in self._leases.held_by(member)}
        made_for = [
            made.task
            for made in self._state.worktrees.values()
            if made.path == root and made.task is not None and made.merged is None and made.task not in own
        ]
        present = self._present(root, family)
        return Occupant(present, next(iter(made_for), None)) if present or made_for else None

    def _present(self, root: str, family: Sequence[int]) -> str | None:
        found = [
            agent
            for agent in self._state.agents.values()
            if agent.worktree == root
            and agent.parent is None
            and agent.kind == "session"
            and agent.ended_at is None
            and agent.seen_at > self._state.now - PRESENT_SECONDS
            and agent.id not in family
        ]
        return min(found, key=lambda agent: (-agent.seen_at, agent.name)).name if found else None

    def is_due(self, family: Sequence[int]) -> bool:
        """Whether it is time to renew the leases of these agents: they were not seen at this very moment."""
        agents = [self._state.agents[agent_id] for agent_id in family]
        return any(agent.seen_at < self._state.now or agent.ended_at is not None for agent in agents)

    def touch(self, family: Sequence[int]) -> None:
        """Renew the leases of these agents."""
        for agent_id in family:
            self._state.renew(agent_id)

    def refused(self, agent: int | None, path: str, rule: str) -> None:
        """Put a refusal into the log."""
        MemoryEvents(self._state).add("refused", path, agent=agent, detail=rule)


def _holding(lease: Lease) -> LiveLease:
    return LiveLease(
        lease.holder, lease.holder_name, lease.task, lease.title, lease.resource, lease.granted_at, lease.scope
    )
