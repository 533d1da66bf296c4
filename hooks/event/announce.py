"""Records who calls one of Interlock's own tools: the server is given the call's id and nothing else."""

from __future__ import annotations

import os

from mcp_server.adapters.host.repository import repository_of
from mcp_server.hook_app import HookStore, is_failure_of_the_state, open_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository

BEGINNING = ("plan_tasks", "lock_resource", "write_state", "send_message")
"""The tools that put a repository into use; the others only read, or change what exists already."""


def announce(event: Event, tool: str) -> str:
    """Record who makes this call; if the state cannot be used, the tool reports that."""
    # The server works for the repository that the session was started in.
    repository = repository_of(os.path.realpath(event.started_in), event.started_in)
    begins = tool.rsplit("__", 1)[-1] in BEGINNING
    if not repository.in_use and not begins:
        return ""
    try:
        if not repository.in_use:
            open_store(repository, create=True).close()
        _record(event, repository)
    except Exception as error:
        if not is_failure_of_the_state(error):
            raise
    return ""


def _record(event: Event, repository: Repository) -> None:
    current = repository_of(event.directory, event.project)
    # A nested repository that is not in use is no worktree of this one.
    store = HookStore(current if current.state == repository.state else repository)
    family = store.guard.at_work(event.key, store.repository.root)
    if not family:
        from hooks.event import agents  # only this needs the whole store

        family = agents.registered(event, store)
    with store.writing():
        if store.guard.is_due(family):
            store.guard.touch(family)
        store.calls.announce(event.call_id, family[0], event.cwd)
