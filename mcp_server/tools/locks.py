"""The tools for resources that several tasks need: lock and unlock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from mcp.server.mcpserver import Context
from mcp_types import CallToolResult
from pydantic import Field

from mcp_server.answers.locks import LockAnswer, UnlockAnswer
from mcp_server.core.leases import lock
from mcp_server.domain.errors import Misuse
from mcp_server.tools.runner import ToolRequest, ToolRunner

LONGEST_WAIT = 60
RETRY_SECONDS = 0.25


class LockTools:
    """`lock_resource`, `unlock_resource`."""

    def __init__(self, runner: ToolRunner, sleep: Callable[[float], Awaitable[object]]) -> None:
        self._runner = runner
        self._sleep = sleep

    async def lock_resource(
        self,
        context: Context[Any],
        resource: Annotated[str, Field(description="any name (port:3000, staging-db) or path:PATTERN")],
        purpose: str | None = None,
        minutes: float = 30,
        wait_seconds: Annotated[float, Field(description="0 to 60")] = 0,
    ) -> CallToolResult:
        """Lock what only one agent may use at a time: a port, a database, a device, or with path:PATTERN files outside
        your scope that everybody needs (package.json, a lock file). Lock, use, unlock.

        Not granted: `holder` has it; do something else, or wait with wait_seconds.
        """

        async def act(request: ToolRequest) -> LockAnswer:
            if not 0 <= wait_seconds <= LONGEST_WAIT:
                raise Misuse(f"wait_seconds must be from 0 to {LONGEST_WAIT}, not {wait_seconds:g}; nothing was locked")
            answer = _lock(request, resource, purpose, minutes)
            for _ in range(round(wait_seconds / RETRY_SECONDS)):
                if answer.granted:
                    break
                await self._sleep(RETRY_SECONDS)
                answer = _lock(request, resource, purpose, minutes)
            return answer

        return await self._runner.serve(context, act, grants=True)

    async def unlock_resource(self, context: Context[Any], resource: str) -> CallToolResult:
        """Release a lock as soon as you are done with it."""

        async def act(request: ToolRequest) -> UnlockAnswer:
            return UnlockAnswer.of(lock.unlock_resource(request.place, request.agent_id, resource))

        return await self._runner.serve(context, act)


def _lock(request: ToolRequest, resource: str, purpose: str | None, minutes: float) -> LockAnswer:
    outcome = lock.lock_resource(request.place, request.agent_id, resource, purpose=purpose, minutes=minutes)
    return LockAnswer.of(lock.resource_name(resource), outcome)
