"""Which agent an event is about, and which repository it works in, by the event and the environment alone."""

from __future__ import annotations

import os

from hooks.session import titles
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.host.repository import repository_of
from mcp_server.core.agents.register import Caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository


def caller(event: Event, repository: Repository) -> Caller:
    """The agent that an event is about; refuses (BadEvent) an event without a session."""
    linked = repository.root != repository.main
    pid = event.client_pid
    return Caller(
        session=event.session,
        subagent=event.subagent,
        subagent_type=event.subagent_type,
        title=event.title or titles.recall(event),
        worktree=repository.root,
        worktree_name=os.path.basename(repository.root) if linked else None,
        process=None if pid is None else HostProcesses().identify(pid),
    )


def current_repository(event: Event) -> Repository:
    """The repository of the agent's working directory, in use or not."""
    return repository_of(event.directory, event.project)


def project_repository(event: Event) -> Repository:
    """The repository that the session was started in: the one that its server works for."""
    directory = event.started_in
    return repository_of(os.path.realpath(directory), directory)
