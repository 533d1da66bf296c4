"""The steps that scripted agents take with Interlock."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.e2e.harness.plugin import TOOL
from tests.e2e.harness.turns import Request, Step, Turn, call, meeting, once_offered


def write(path: Path, content: str = "mine\n") -> Turn:
    """A file is written."""
    return call("Write", file_path=str(path), content=content)


def tool(name: str, /, **arguments: Any) -> Step:
    """One of Interlock's tools is called, once the client offers it."""
    return once_offered(TOOL + name, call(TOOL + name, **arguments))


def tool_at(barrier: threading.Barrier, name: str, /, **arguments: Any) -> Step:
    """The same, in the same moment as the other sessions at `barrier`."""
    return once_offered(TOOL + name, meeting(barrier, call(TOOL + name, **arguments)))


def plan(*scopes: str) -> Step:
    """One task is planned for each scope: T1, T2 …"""
    return tool("plan_tasks", tasks=[{"title": f"Work on {scope}", "scope": [scope]} for scope in scopes])


def spawn(prompt: str) -> Turn:
    """A subagent is started with a prompt, whose first word is its marker."""
    return call("Agent", description=prompt, prompt=prompt, subagent_type="general-purpose")


def once_told(words: str) -> Step:
    """A call that does nothing, again and again until the agent has been told."""

    def wait(request: Request) -> Turn:
        return replace(call("Bash", command=":", description="Wait"), again=words not in request.context)

    return wait
