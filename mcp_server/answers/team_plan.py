"""The answers about the plan of a teammate, which waits for approval."""

from __future__ import annotations

from shlex import quote

from mcp_server.answers.answer import Answer, Time
from mcp_server.answers.tasks import TaskPart
from mcp_server.core.teams.plans import Decided
from mcp_server.domain.assignment.teammate import Teammate


class WaitingPlanAnswer(Answer):
    """Answer of `interlock review ID` for a task whose plan waits for approval."""

    task: str
    agent: str
    lead: str
    plan: str
    since: Time

    @classmethod
    def of(cls, mate: Teammate) -> WaitingPlanAnswer:
        values = {"task": mate.task, "agent": mate.name, "lead": mate.lead_name, "plan": mate.plan}
        return cls.model_validate({**values, "since": mate.asked_at})

    def line(self) -> str:
        task = quote(self.task)
        head = f"{self.agent} waits for its plan for {self.task} to be approved, by {self.lead} or by you:"
        return f"{head}\n\n{self.plan}\n\ninterlock approve {task}, or interlock reject {task} -m WHY"


class PlanDecidedAnswer(Answer):
    """Answer of `interlock approve ID` and `reject ID` for a plan. `approved` says which of the two it was."""

    task: TaskPart
    agent: str
    approved: bool
    reason: str | None = None

    @classmethod
    def of(cls, decided: Decided) -> PlanDecidedAnswer:
        task = TaskPart.model_validate(decided.task)
        return cls(task=task, agent=decided.teammate.name, approved=decided.approved, reason=decided.reason)

    def line(self) -> str:
        told = f"{self.agent} is told at its next step; if its turn has ended, wake it with a message."
        if self.approved:
            return f"The plan for {self.task.id} is approved: {self.agent} may write in its scope. {told}"
        closed = f"{self.agent} writes nothing until another one is approved"
        return f"The plan for {self.task.id} is rejected: {closed}. {told}"
