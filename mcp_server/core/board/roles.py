"""What role an agent has, as boards show it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mcp_server.domain.agent import Agent
from mcp_server.domain.assignment.roles import RoleSettings, role_of_type
from mcp_server.domain.task import Task


def role_of(agent: Agent, tasks: Iterable[Task], own: Sequence[RoleSettings]) -> str | None:
    """What it was started as, or else the roles of the tasks that it holds; None for an agent of no role."""
    named = role_of_type(agent.type, own)
    roles = [named] if named is not None else [task.role for task in tasks if task.role is not None]
    return ", ".join(dict.fromkeys(roles)) or None
