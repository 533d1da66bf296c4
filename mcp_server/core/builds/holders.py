"""Is the holder of a broken file still there? The one place in which builds ask it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Agents, Processes


def has_ended(agents: Agents, processes: Processes, agent_id: int) -> bool:
    """Whether an agent has ended, or its process has; a subagent lives in the process of its parent."""
    agent = agents.get(agent_id)
    family = [agent, agents.get(agent.parent)] if agent.parent is not None else [agent]
    return any(
        one.ended_at is not None or (one.process is not None and processes.is_gone(one.process)) for one in family
    )
