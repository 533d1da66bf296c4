"""Roles: what tools the agent that works on a task may use. Standard library alone, since hooks ask it too."""

from __future__ import annotations

from mcp_server.record import NamedTuple

BUILT_IN = ("reader", "tester", "writer", "reviewer")
"""The roles that the plugin brings an agent for, each of the same name."""


class RoleSettings(NamedTuple):
    """A section `[roles.NAME]`: the tools that agents in this role may use, or those that they may not.

    `tools` empty: all that are not in `deny`. Interlock's own tools are always allowed.
    """

    name: str
    tools: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
