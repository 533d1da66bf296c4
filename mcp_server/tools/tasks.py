"""The tools for tasks: plan, claim, update."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp_types import CallToolResult
from pydantic import Field

from mcp_server.answers.tasks import ClaimAnswer, PlanAnswer, UpdateAnswer
from mcp_server.core.tasks import claim, plan, update
from mcp_server.planned_task import PlannedTask
from mcp_server.tools.runner import ToolRequest, ToolRunner


class TaskTools:
    """`plan_tasks`, `claim_task`, `update_task`."""

    def __init__(self, runner: ToolRunner) -> None:
        self._runner = runner

    async def plan_tasks(
        self, context: Context[Any], tasks: list[PlannedTask], dry_run: bool = False
    ) -> CallToolResult:
        """Add tasks, all or none. Give each the scope it may write; scopes of tasks that may run at the same time must
        not overlap.

        `overlaps` in the answer names pairs that cannot run at the same time: narrow a scope, or give one of the two
        depends_on. Use dry_run first to see them without planning anything.
        """

        async def act(request: ToolRequest) -> PlanAnswer:
            proposals = [task.proposal() for task in tasks]
            planned = plan.plan_tasks(request.place, request.agent_id, proposals, dry_run=dry_run)
            return PlanAnswer.of(planned, dry_run=dry_run)

        return await self._runner.serve(context, act, begins=not dry_run)

    async def claim_task(self, context: Context[Any], task_id: str | None = None) -> CallToolResult:
        """Claim a task before you edit: without task_id the best that is ready. Exactly one agent gets it.

        granted: edit only inside `scope`; read `notes` of whoever worked on it before. Not granted: `reason` and
        `advice` say who holds it and what to do; do not edit its files. nothing_ready: stop and say so.
        """

        async def act(request: ToolRequest) -> ClaimAnswer:
            return ClaimAnswer.of(claim.claim_task(request.place, request.agent_id, task_id))

        return await self._runner.serve(context, act, grants=True)

    async def update_task(
        self,
        context: Context[Any],
        task_id: str,
        status: Literal["in_progress", "plan", "review", "blocked", "done", "released", "failed"] | None = None,
        note: Annotated[
            str | None, Field(description="what is done, what is left; with blocked: what it needs")
        ] = None,
        widen: Annotated[list[str] | None, Field(description="patterns to add to the scope")] = None,
    ) -> CallToolResult:
        """Change your task's status. done, blocked, released (back to todo) and failed end your claim; leave a note for
        whoever continues. review: finished, a person decides; its scope stays closed until then. plan: in a team that
        asks for one, your plan in note, to be approved before you write.

        widen is granted unless it overlaps somebody's live lease, which the answer names; then nothing is changed.
        """

        async def act(request: ToolRequest) -> UpdateAnswer:
            outcome = update.update_task(
                request.place, request.agent_id, task_id, status=status, note=note, widen=widen or ()
            )
            return UpdateAnswer.of(outcome, asked_to_widen=bool(widen))

        return await self._runner.serve(context, act)
