"""Notifies an agent of claims that it lost: its writes are refused until one of Interlock's tools has done so."""

from __future__ import annotations

from mcp_server.domain.agent import Agent
from mcp_server.domain.decision import Loss
from mcp_server.ports import Books


def notify_losses(books: Books, agent: Agent) -> str | None:
    """What was taken over from the agent or its parent since they were last notified; None for nothing.

    They may write again afterwards, without these claims.
    """
    lost = [lease for member in agent.family for lease in books.leases.lost_by(member)]
    for member in agent.family if lost else ():
        books.leases.told(member)
    if not lost:
        return None
    losses = [Loss(lease.subject, lease.taken_by or "", lease.taken_at or 0) for lease in lost]
    return "; ".join(loss.words for loss in losses) + ". Stop working on it: its scope is no longer yours."
