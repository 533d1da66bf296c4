"""Keeps what an agent has done so far with its tasks: before its memory is compacted, and when its session ends."""

from __future__ import annotations

from mcp_server.adapters.git import commits
from mcp_server.core.leases.checkpoints import keep_all
from mcp_server.hook_app import open_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository


def keep(repository: Repository, key: str, why: str) -> None:
    """Keep a checkpoint of each task that the agent known by `key` holds."""
    store = open_store(repository)
    with store.reading() as books:
        agent = books.agents.find(key)
        leases = books.leases.held_by(agent.id) if agent is not None else []
    if agent is None or not leases:
        return
    # Git is asked before the transaction begins: nobody must wait for it.
    made = {lease.token: commits.since(repository.root, lease.granted_at, lease.scope) for lease in leases}
    with store.writing() as books:
        keep_all(books, agent, why, lambda lease: made.get(lease.token, ()))
