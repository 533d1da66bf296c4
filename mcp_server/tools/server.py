"""The MCP server that agents talk to: eleven tools, and the instructions for working with them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, cast

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.server.stdio import stdio_server
from mcp_types import Tool, ToolAnnotations

from mcp_server.core.guard.check import Locate
from mcp_server.tools.instructions import INSTRUCTIONS
from mcp_server.tools.locks import LockTools
from mcp_server.tools.messages import SharedTools
from mcp_server.tools.runner import ToolRunner
from mcp_server.tools.tasks import TaskTools
from mcp_server.tools.well_formed import Lines, Output, WellFormed

ToolFunction = Callable[..., Awaitable[Any]]
READING = ToolAnnotations(read_only_hint=True, open_world_hint=False)
WRITING = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)


class InterlockServer(MCPServer[Any]):
    """An MCP server whose tool schemas say no more than a model needs."""

    def serve(self, lines: Lines, output: Output) -> None:
        """Serve a client until it ends: its messages are read from `lines`, the answers go to `output`."""

        async def served() -> None:
            wrapped = anyio.wrap_file(cast(Any, WellFormed(lines, output))), anyio.wrap_file(cast(Any, output))
            async with stdio_server(*wrapped) as (reading, writing):
                options = self._lowlevel_server.create_initialization_options()
                await self._lowlevel_server.run(reading, writing, options)

        anyio.run(served)

    async def list_tools(self) -> list[Tool]:
        """The tools, with schemas that leave out titles and the null of optional arguments."""
        return [
            tool.model_copy(update={"input_schema": lean(tool.input_schema)}) for tool in await super().list_tools()
        ]


def build(
    runner: ToolRunner,
    *,
    locate: Locate,
    sleep: Callable[[float], Awaitable[object]],
    version: str,
    instructs: bool = True,
) -> InterlockServer:
    """The server with all its tools, ready to run."""
    words = INSTRUCTIONS if instructs else None
    server = InterlockServer(name="interlock", version=version, instructions=words, log_level="WARNING")
    tasks, locks, shared = TaskTools(runner), LockTools(runner, sleep), SharedTools(runner, locate)
    writing: list[ToolFunction] = [
        tasks.plan_tasks,
        tasks.claim_task,
        tasks.update_task,
        locks.lock_resource,
        locks.unlock_resource,
        shared.write_state,
        shared.send_message,
        shared.read_messages,
    ]
    reading: list[ToolFunction] = [shared.scope_check, shared.read_state, shared.board]
    for tool in writing:
        _add(server, tool, WRITING)
    for tool in reading:
        _add(server, tool, READING)
    return server


def lean(schema: Any) -> Any:
    """A JSON schema without titles and without `null` alternatives and defaults."""
    if isinstance(schema, list):
        return [lean(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    slim = {key: _lean_property(key, value) for key, value in schema.items() if not _says_nothing(key, value)}
    choices = slim.get("anyOf")
    if isinstance(choices, list):
        real = [choice for choice in choices if choice != {"type": "null"}]
        if len(real) == 1:
            del slim["anyOf"]
            slim = {**real[0], **slim}
    return slim


def _lean_property(key: str, value: Any) -> Any:
    # Below `properties` and `$defs` the keys are names of ours, `title` among them.
    return {name: lean(part) for name, part in value.items()} if key in ("properties", "$defs") else lean(value)


def _says_nothing(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value in (None, [], False))


def _add(server: InterlockServer, tool: ToolFunction, annotations: ToolAnnotations) -> None:
    text = " ".join((tool.__doc__ or "").split())
    server.add_tool(tool, description=text, annotations=annotations, structured_output=False)
