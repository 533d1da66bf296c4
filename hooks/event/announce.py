"""Who calls Interlock's own tools: written down for the server, which is told the call's id and nothing else."""

from __future__ import annotations

from hooks.event import agents, io
from mcp_server import hook_app
from mcp_server.core.agents.register import recognise
from mcp_server.domain.errors import StateUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BEGINNING = ("plan_tasks", "lock_resource", "write_state", "send_message")
"""The tools with which a repository begins to use Interlock; the others only look, or change what is there."""


def announce(event: dict[str, Any], tool: str) -> str:
    """Write down who makes this call; a state that cannot be used is the tool's to report."""
    repository = agents.of_project()
    begins = tool.rsplit("__", 1)[-1] in BEGINNING
    if not repository.in_use and not begins:
        return ""
    try:
        store = hook_app.open_store(repository, create=begins)
        with store.writing() as books:
            here = agents.here(event)
            # A nested repository that is not in use is no worktree of this one.
            agent = recognise(books, agents.caller(event, here if here.state == repository.state else repository))
            directory = io.optional_text(event, "cwd") or repository.root
            books.calls.announce(io.text_of(event, "tool_use_id"), agent.id, directory)
    except StateUnavailable:
        pass
    return ""
