"""One agent of the demo, in its own process: it uses hooks and tools as a Claude Code session does.

It reads orders from stdin as lines of JSON and writes their results to stdout. When stdin ends, so does the agent,
with its server.
"""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import anyio  # noqa: E402  the folder has to be on the path first
from anyio import to_thread  # noqa: E402
from mcp import StdioServerParameters  # noqa: E402
from mcp.client import Client  # noqa: E402
from mcp_types import RequestParamsMeta, TextContent  # noqa: E402

from mcp_server.demo.repository import Repository  # noqa: E402
from mcp_server.doctor.hook_commands import HookCommands, HookFailed, Reply  # noqa: E402

CALL_ID = "claudecode/toolUseId"
OWN_TOOLS = "mcp__plugin_interlock_interlock__"


class Agent:
    """A session called `name` in the folder `project`, with a server and the plugin's hooks."""

    def __init__(self, *, data: Path, project: Path, name: str) -> None:
        self._name = name
        self._project = project
        self._session = str(uuid4())
        self._gate = anyio.Event()
        self._hooks = HookCommands(ROOT, data=data, project=project)
        self._server = StdioServerParameters(
            command=sys.executable,
            args=["-I", str(ROOT / "mcp_server"), "serve"],
            cwd=project,
            env={
                **os.environ,
                "CLAUDE_PLUGIN_ROOT": str(ROOT),
                "CLAUDE_PLUGIN_DATA": str(data),
                "CLAUDE_PROJECT_DIR": str(project),
                "CLAUDE_CODE_SESSION_ID": self._session,
            },
        )

    async def live(self) -> None:
        """Start as a session does, with hooks and server in parallel; carry out orders until there are no more."""
        async with anyio.create_task_group() as work:
            work.start_soon(self._begin)
            async with Client(self._server) as client:
                _print({"tools": [tool.name for tool in (await client.list_tools()).tools]})
                # Stdin's end ends this agent even in the middle of a call.
                while order := await to_thread.run_sync(sys.stdin.readline):
                    work.start_soon(self._carry_out, client, json.loads(order))
                work.cancel_scope.cancel()
        await self._fire("SessionEnd", reason="other")

    async def _begin(self) -> None:
        reply = await self._fire("SessionStart", source="startup", session_title=self._name)
        _print({"briefing": reply.context, "trouble": reply.for_user or reply.complaint})

    async def _carry_out(self, client: Client, order: dict[str, Any]) -> None:
        if "go" in order:
            self._gate.set()
            return
        try:
            outcome = await self._outcome(client, order)
        except Exception as error:  # noqa: BLE001  whatever it was, the demo is waiting for a line
            outcome = {"failed": f"{type(error).__name__}: {error}"}
        _print(outcome)

    async def _outcome(self, client: Client, order: dict[str, Any]) -> dict[str, Any]:
        if "path" in order:
            return await self._edit(order)
        if "command" in order:
            return await self._refused_command(order["command"])
        if "message" in order:
            work = partial(Repository(self._project).commit, self._name, order["message"], order["paths"])
            await to_thread.run_sync(work)
            return {"committed": order["message"]}
        return await self._call(client, order)

    async def _call(self, client: Client, order: dict[str, Any]) -> dict[str, Any]:
        tool, arguments, call_id = order["tool"], order["arguments"], f"toolu_{uuid4().hex}"
        call = {"tool_name": OWN_TOOLS + tool, "tool_input": arguments, "tool_use_id": call_id}
        reply = await self._fire("PreToolUse", **call)
        if not reply.is_silent:
            return {"failed": f"the hook for {tool} said {reply}"}
        if order["gated"]:
            _print({"at": "gate"})
            await self._gate.wait()
        result = await client.call_tool(tool, arguments, meta=cast(RequestParamsMeta, {CALL_ID: call_id}))
        if result.is_error or result.structured_content is None:
            said = [part.text for part in result.content if isinstance(part, TextContent)]
            return {"failed": f"{tool} answered: {' '.join(said)}"}
        await self._report(call, result.structured_content)
        return {"answer": result.structured_content}

    async def _edit(self, order: dict[str, Any]) -> dict[str, Any]:
        file = self._project / order["path"]
        arguments = {"file_path": str(file), "old_string": order["old"], "new_string": order["new"]}
        call = {"tool_name": "Edit", "tool_input": arguments, "tool_use_id": f"toolu_{uuid4().hex}"}
        reply = await self._fire("PreToolUse", **call)
        if reply.denied:
            return {"blocked": reply.denied}
        before = file.read_text(encoding="utf-8")
        if before.count(order["old"]) != 1:
            return {"failed": f"{order['path']} does not contain {order['old']!r} exactly once"}
        file.write_text(before.replace(order["old"], order["new"]), encoding="utf-8")
        await self._report(call, {"filePath": str(file)})
        return {"edited": order["path"], "said": reply.context or reply.for_user or reply.complaint}

    async def _refused_command(self, command: str) -> dict[str, Any]:
        """A Bash command that the guard should refuse: it is only shown to the guard, never run."""
        call = {"tool_name": "Bash", "tool_input": {"command": command}, "tool_use_id": f"toolu_{uuid4().hex}"}
        reply = await self._fire("PreToolUse", **call)
        return {"blocked": reply.denied} if reply.denied else {"failed": f"`{command}` passed: {reply}"}

    async def _report(self, call: dict[str, Any], response: dict[str, Any]) -> None:
        reply = await self._fire("PostToolBatch", tool_calls=[{**call, "tool_response": response}])
        if reply.for_user or reply.complaint:
            raise HookFailed(f"the hook after {call['tool_name']} said {reply}")

    async def _fire(self, name: str, **details: Any) -> Reply:
        event = {"hook_event_name": name, "session_id": self._session, "cwd": str(self._project), **details}
        return await to_thread.run_sync(partial(self._hooks.fire, event))


def _print(outcome: dict[str, Any]) -> None:
    print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    data, project = map(Path, sys.argv[1:3])
    anyio.run(Agent(data=data, project=project, name=sys.argv[3]).live)
