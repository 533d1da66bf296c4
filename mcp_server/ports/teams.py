"""The book of teammates."""

from __future__ import annotations

from typing import Protocol

from mcp_server.domain.assignment.teammate import Teammate


class Teams(Protocol):
    """Who leads whom, and whose plan waits for approval."""

    def of(self, agent_id: int) -> Teammate | None:
        """The agent as a teammate, or None."""

    def led_by(self, lead: int) -> list[Teammate]:
        """The teammates of an agent, in the order in which they came."""

    def expect(self, agent_id: int, lead: int, *, gated: bool) -> None:
        """The agent is about to be started by its lead; nobody has seen it yet."""

    def begun(self, agent_id: int, lead: int, *, gated: bool) -> None:
        """The agent has been seen itself; one that nobody expected is a teammate from now on."""

    def claimed(self, agent_id: int) -> None:
        """The agent has another task: it needs another plan, if it needs any."""

    def hand_in(self, agent_id: int, task_id: str, plan: str) -> None:
        """The plan waits for approval, in the place of an earlier one."""

    def decide(self, agent_id: int, *, approved: bool) -> None:
        """The plan does not wait any more; approved, the agent may write."""

    def plan_for(self, task_id: str) -> Teammate | None:
        """The teammate whose plan for this task waits for approval."""

    def plans(self, limit: int) -> list[Teammate]:
        """The teammates whose plans wait for approval, the longest wait first."""
