"""Which agent an event is about, and which repository it works in, by the event and the environment alone."""

from __future__ import annotations

import os

from hooks.session import titles
from mcp_server.adapters.host.capabilities import declared
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.core.agents.register import Caller, recognise

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository
    from mcp_server.hook_app import HookStore


def registered(event: Event, store: HookStore) -> Sequence[int]:
    """The agent that an event is about, registered in the worktree of `store`, and the one that it works under."""
    store.bring_up_to_date()
    with store.writing():
        agent = recognise(store.books(), caller(event, store.repository))
    return (agent.id,) if agent.parent is None else (agent.id, agent.parent)


def caller(event: Event, repository: Repository) -> Caller:
    """The agent that an event is about; refuses (BadEvent) an event without a session."""
    linked = repository.root != repository.main
    pid = event.client_pid
    teammate, lead = event.teammate, None
    if event.subagent is None and event.subagent_type is not None and pid is not None:
        from mcp_server.adapters.host.children import arguments

        given = arguments(pid)
        teammate, lead = given.get("--agent-name"), given.get("--parent-session-id")
    return Caller(
        session=event.session,
        subagent=event.subagent,
        subagent_type="" if event.subagent_type is None and event.name == "SessionStart" else event.subagent_type,
        teammate=teammate,
        lead=lead if teammate else None,
        title=event.title or titles.recall(event),
        worktree=repository.root,
        worktree_name=os.path.basename(repository.root) if linked else None,
        process=None if pid is None else HostProcesses().identify(pid),
        can=None if event.subagent else declared(event.environment),
    )
