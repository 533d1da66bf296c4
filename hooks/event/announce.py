"""Records who calls one of Interlock's own tools: the server is given the call's id and nothing else."""

from __future__ import annotations

from hooks.event import agents
from mcp_server.core.agents.register import recognise
from mcp_server.domain.errors import StateUnavailable
from mcp_server.hook_app import open_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event

BEGINNING = ("plan_tasks", "lock_resource", "write_state", "send_message")
"""The tools that put a repository into use; the others only read, or change what exists already."""


def announce(event: Event, tool: str) -> str:
    """Record who makes this call; if the state cannot be used, the tool reports that."""
    repository = agents.project_repository(event)
    begins = tool.rsplit("__", 1)[-1] in BEGINNING
    if not repository.in_use and not begins:
        return ""
    try:
        with open_store(repository, create=begins).writing() as books:
            current = agents.current_repository(event)
            # A nested repository that is not in use is no worktree of this one.
            agent = recognise(books, agents.caller(event, current if current.state == repository.state else repository))
            books.calls.announce(event.call_id, agent.id, event.cwd)
    except StateUnavailable:
        pass
    return ""
