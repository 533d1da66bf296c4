"""Who an event is about, from the event and from this process's surroundings alone."""

from __future__ import annotations

import os

from hooks.event import io
from hooks.session import titles
from mcp_server.adapters.host import repository as places
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.core.agents.register import Caller

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from mcp_server.domain.agent import Process


def caller(event: dict[str, Any], repository: places.Repository) -> Caller:
    """The caller of an event; refuses an event without a session."""
    linked = repository.root != repository.main
    session = io.text_of(event, "session_id")
    return Caller(
        session=session,
        subagent=io.optional_text(event, "agent_id"),
        subagent_type=io.optional_text(event, "agent_type"),
        title=io.optional_text(event, "session_title") or titles.recall(session),
        worktree=repository.root,
        worktree_name=os.path.basename(repository.root) if linked else None,
        process=_client(),
    )


def here(event: dict[str, Any]) -> places.Repository:
    """The repository that the event's session works in, in use or not."""
    directory = io.optional_text(event, "cwd") or os.getcwd()
    return places.repository_of(os.path.realpath(directory), os.environ.get("CLAUDE_PROJECT_DIR"))


def of_project() -> places.Repository:
    """The repository that the session was started in: the one that its server works for."""
    directory = os.environ.get("CLAUDE_PROJECT_DIR") or os.getcwd()
    return places.repository_of(os.path.realpath(directory), directory)


def _client() -> Process | None:
    """The client's process, which outlives every hook; `run` hands on its id."""
    pid = os.environ.get("INTERLOCK_CLIENT_PID", "")
    return HostProcesses().identify(int(pid)) if pid.isdecimal() else None
