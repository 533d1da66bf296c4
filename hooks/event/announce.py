"""Records who calls one of Interlock's own tools, and approves the call.

The server is given the call's id and nothing else. Approved, no person is asked whether agents may coordinate; a rule
of theirs that denies a tool still counts, and `approve_own_tools = false` leaves all of it to their rules.
"""

from __future__ import annotations

import os

from hooks.event import io
from mcp_server.adapters.host.repository import repository_of
from mcp_server.adapters.settings.policy_cache import policy_of
from mcp_server.hook_app import HookStore, is_failure_of_the_state, open_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository

PLUGIN = "mcp__plugin_interlock_interlock__"
"""The names that only the plugin's own server has. Any project may call another server `interlock`."""
BEGINNING = "plan_tasks"
"""The tool that puts a repository into use."""


def announce(event: Event, tool: str) -> str:
    """Record who makes this call, and approve it; if the state cannot be used, the tool reports that."""
    # The server works for the repository that the session was started in.
    repository = repository_of(os.path.realpath(event.started_in), event.started_in)
    name = tool.rsplit("__", 1)[-1]
    if repository.in_use or name == BEGINNING:
        try:
            if not repository.in_use:
                open_store(repository, create=True).close()
            _record(event, repository)
        except Exception as error:
            if not is_failure_of_the_state(error):
                raise
    return io.allow() if tool == PLUGIN + name and _may_approve(repository) else ""


def _may_approve(repository: Repository) -> bool:
    try:
        return policy_of(repository).approve_own_tools
    except ValueError:  # settings that cannot be understood: perhaps they say no
        return False


def _record(event: Event, repository: Repository) -> None:
    current = repository_of(event.directory, event.project)
    # A nested repository that is not in use is no worktree of this one.
    store = HookStore(current if current.state == repository.state else repository)
    if store.has_begun_edits:
        from hooks.event import edits

        edits.look(store)
    family = store.guard.at_work(event.key, store.repository.root)
    if not family:
        from hooks.event import agents  # only this needs the whole store

        family = agents.registered(event, store)
    with store.writing():
        if store.guard.is_due(family):
            store.guard.touch(family)
        store.calls.announce(event.call_id, family[0], event.cwd)
