"""What an agent has done so far, kept with its tasks: before its memory is compacted, and when its session ends."""

from __future__ import annotations

from mcp_server import hook_app
from mcp_server.adapters.git import commits
from mcp_server.core.leases.checkpoints import keep_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository


def keep(repository: Repository, key: str, why: str) -> None:
    """Keep a checkpoint of each task that the agent known by `key` holds."""
    store = hook_app.open_store(repository)
    with store.reading() as books:
        agent = books.agents.find(key)
        leases = books.leases.held_by(agent.id) if agent is not None else []
    if agent is None or not leases:
        return
    # Git is asked before the state is written: nobody is to wait for it.
    made = {lease.token: commits.since(repository.root, lease.granted_at, lease.scope) for lease in leases}
    with store.writing() as books:
        keep_all(books, agent, why, lambda lease: made.get(lease.token, ()))
