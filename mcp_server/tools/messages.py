"""The tools for sharing: the scope check, the shared state, messages, the board."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from mcp.server.mcpserver import Context
from mcp_types import CallToolResult
from pydantic import Field

from mcp_server.answers.board import BoardAnswer
from mcp_server.answers.messages import EntryAnswer, MessagesAnswer, ScopeAnswer, SentAnswer, StateAnswer
from mcp_server.core.board import board
from mcp_server.core.guard import check
from mcp_server.core.shared_state import sync, write
from mcp_server.domain.errors import Misuse, shown
from mcp_server.tools.runner import ToolRequest, ToolRunner


class SharedTools:
    """`scope_check`, `write_state`, `read_state`, `send_message`, `read_messages`, `board`."""

    def __init__(self, runner: ToolRunner, locate: check.Locate) -> None:
        self._runner = runner
        self._locate = locate

    async def scope_check(self, context: Context[Any], paths: list[str]) -> CallToolResult:
        """May you write these paths now? Says for each what the guard would decide when you edit it, and why."""

        async def act(request: ToolRequest) -> ScopeAnswer:
            return ScopeAnswer.of(
                check.scope_check(
                    request.place, request.agent_id, paths, directory=request.directory, locate=self._locate
                )
            )

        return await self._runner.serve(context, act)

    async def write_state(
        self, context: Context[Any], kind: Literal["status", "next", "learning"], text: str
    ) -> CallToolResult:
        """Write to the shared state, only what you observed: `status` replaces your own status, `next` says what is
        needed, `learning` is kept for good. The commit and the number of uncommitted files are recorded with it.
        """

        async def act(request: ToolRequest) -> EntryAnswer:
            return EntryAnswer.of(sync.write_state(request.place, request.agent_id, kind, text))

        return await self._runner.serve(context, act)

    async def read_state(
        self, context: Context[Any], since: Annotated[str | None, Field(description="ISO 8601")] = None
    ) -> CallToolResult:
        """The shared state: everybody's status, what is needed next, what was learned."""

        async def act(request: ToolRequest) -> StateAnswer:
            return StateAnswer.of(sync.read_state(request.place, None if since is None else instant(since)))

        return await self._runner.serve(context, act)

    async def send_message(
        self,
        context: Context[Any],
        to: Annotated[str, Field(description="an agent's name, a task's id, or all")],
        subject: str,
        body: str | None = None,
    ) -> CallToolResult:
        """Send an agent, the holder of a task (or its next one), or all, something they have to act on. A subject that
        begins with URGENT reaches even an agent that is about to stop.
        """

        async def act(request: ToolRequest) -> SentAnswer:
            return SentAnswer.of(write.send_message(request.place, request.agent_id, to, subject, body))

        return await self._runner.serve(context, act)

    async def read_messages(self, context: Context[Any], unread_only: bool = True) -> CallToolResult:
        """Your messages, oldest first. Reading marks them as read."""

        async def act(request: ToolRequest) -> MessagesAnswer:
            messages = write.read_messages(request.place, request.agent_id, unread_only=unread_only)
            return MessagesAnswer.of(messages, write.still_unread(request.place, request.agent_id))

        return await self._runner.serve(context, act)

    async def board(self, context: Context[Any]) -> CallToolResult:
        """Agents, tasks, claims, locks, and who waits for whom."""

        async def act(request: ToolRequest) -> BoardAnswer:
            return BoardAnswer.of(board.read_board(request.place))

        return await self._runner.serve(context, act)


def instant(text: str) -> float:
    """ISO 8601 as seconds since 1970; without a zone it is UTC. Refuses anything else."""
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else datetime.fromisoformat(text + "+00:00")).timestamp()
    except (ValueError, OverflowError):
        raise Misuse(f"since must be an ISO 8601 instant such as 2026-01-31T12:00:00Z, not {shown(text)}") from None
