"""Telling an agent what it lost: until one of Interlock's own tools has said so, its writes are refused."""

from __future__ import annotations

from mcp_server.domain.agent import Agent
from mcp_server.domain.text import stamp
from mcp_server.ports import Books


def tell_losses(books: Books, agent: Agent) -> str | None:
    """What was taken over from the agent, and from the one it works under, since it was last told; None when nothing.

    From now on it is an agent without these claims.
    """
    lost = [lease for member in agent.family for lease in books.leases.lost_by(member)]
    for member in agent.family if lost else ():
        books.leases.told(member)
    if not lost:
        return None
    parts = [
        f"your claim on {lease.subject} was taken over by {lease.taken_by} at {stamp(lease.taken_at or 0)}"
        for lease in lost
    ]
    return "; ".join(parts) + ". Do not go on with it: its scope is no longer yours."
