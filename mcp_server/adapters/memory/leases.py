"""Who holds what, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.adapters.memory.tables import HeldLease, MemoryState
from mcp_server.domain.lease import Lease
from mcp_server.domain.task import Task


class MemoryLeases:
    """The leases' book. It knows no index: every lease may be near."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def grant(  # noqa: PLR0913  one argument per part of a lease
        self,
        token: int,
        holder: int,
        *,
        task: Task | None,
        resource: str | None,
        scope: tuple[str, ...],
        anchors: Sequence[tuple[str, str]],
        seconds: float,
        purpose: str | None,  # noqa: ARG002  there is no index
    ) -> None:
        """Write down a lease; that nothing is in its way has been seen in this same transaction."""
        if token in self._state.leases:
            raise ValueError(f"two leases with the token {token}")
        number = task.seq if task else None
        self._state.leases[token] = HeldLease(token, holder, number, resource, scope, purpose, self._state.now, seconds)
        due_at = self._state.now + seconds
        self._state.due[holder] = min(self._state.due.get(holder, due_at), due_at)

    def get(self, token: int) -> Lease | None:
        """The lease with this token, open or lost, or None."""
        lease = self._state.leases.get(token)
        return None if lease is None else self._seen(lease)

    def held_by(self, agent_id: int) -> list[Lease]:
        """The open leases of this agent, oldest first."""
        return [lease for lease in self.all() if lease.holder == agent_id]

    def lost_by(self, agent_id: int) -> list[Lease]:
        """The leases that were taken over from this agent without its having been told."""
        leases = (self._state.leases[token] for token in sorted(self._state.leases))
        return [self._seen(lease) for lease in leases if lease.holder == agent_id and lease.taken_by is not None]

    def on(self, resource: str) -> Lease | None:
        """The open lease on this very resource, or None; of several the longest."""
        found = [lease for lease in self.all() if lease.resource == resource]
        return max(found, key=lambda lease: lease.seconds, default=None)

    def near(self, anchor: str) -> list[Lease]:  # noqa: ARG002  there is no index
        """The open leases whose scope may lie at, above or below `anchor`."""
        return [lease for lease in self.all() if lease.scope]

    def all(self) -> list[Lease]:
        """All open leases, oldest first."""
        leases = (self._state.leases[token] for token in sorted(self._state.leases))
        return [self._seen(lease) for lease in leases if lease.taken_by is None]

    def rescoped(self, token: int, scope: tuple[str, ...], anchors: Sequence[tuple[str, str]]) -> None:  # noqa: ARG002
        """The lease covers another scope from now on."""
        self._state.leases[token] = self._state.leases[token]._replace(scope=scope)

    def close(self, token: int) -> None:
        """The lease is over."""
        del self._state.leases[token]

    def take_over(self, token: int, by: str) -> None:
        """The lease is over, and its holder has yet to be told who took it."""
        lease = self._state.leases[token]
        self._state.leases[token] = lease._replace(taken_by=by, taken_at=self._state.now)

    def told(self, agent_id: int) -> None:
        """Forget the leases this agent lost: it knows."""
        for lease in self.lost_by(agent_id):
            del self._state.leases[lease.token]

    def _seen(self, lease: HeldLease) -> Lease:
        holder = self._state.agents[lease.holder]
        task = None if lease.task is None else self._state.tasks[lease.task]
        return Lease(
            lease.token,
            holder.id,
            holder.name,
            task.id if task else None,
            task.title if task else "",
            lease.resource,
            lease.scope,
            lease.purpose,
            lease.granted_at,
            lease.seconds,
            holder.seen_at,
            holder.ended_at,
            lease.taken_by,
            lease.taken_at,
        )
