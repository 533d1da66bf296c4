"""Runs hooks as the client does: the command of hooks.json in a shell, the event on stdin."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
EVENTS = json.loads((ROOT / "hooks" / "hooks.json").read_text())["hooks"]


class Said(NamedTuple):
    """What a hook answered."""

    output: str
    stderr: str
    code: int

    @property
    def json(self) -> dict[str, Any]:
        """The answer as JSON."""
        answer: dict[str, Any] = json.loads(self.output)
        return answer

    @property
    def decision(self) -> str | None:
        """The permission decision, or None."""
        return self.json.get("hookSpecificOutput", {}).get("permissionDecision") if self.output else None

    @property
    def told(self) -> str:
        """What the agent is told besides, or nothing."""
        return str(self.json.get("hookSpecificOutput", {}).get("additionalContext", "")) if self.output else ""

    @property
    def reason(self) -> str:
        """Why it was refused."""
        return str(self.json["hookSpecificOutput"]["permissionDecisionReason"])


class Hooks:
    """The hooks of one session in one repository."""

    def __init__(self, repo: Path, data: Path, *, root: Path = ROOT, session: str = "s1") -> None:
        self.repo = repo
        self.root = root
        self.session = session
        self.before_each = ""
        """A line of shell ahead of every hook."""
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(data),
            "CLAUDE_PLUGIN_ROOT": str(root),
            "CLAUDE_PLUGIN_DATA": str(data),
            "CLAUDE_PROJECT_DIR": str(repo),
        }

    def send(self, name: str, **fields: Any) -> Said:
        """One event, with what every event has."""
        event = {"session_id": self.session, "cwd": str(self.repo), "hook_event_name": name, **fields}
        return self.raw(name, json.dumps(event).encode())

    def edit(self, path: str | Path, tool: str = "Edit", argument: str = "file_path", **fields: Any) -> Said:
        """The event before an edit of `path`."""
        return self.send("PreToolUse", tool_name=tool, tool_input={argument: str(path)}, tool_use_id="t1", **fields)

    def edits(self, path: str | Path, text: str = "mine\n", tool: str = "Edit", **fields: Any) -> Said:
        """A whole step with an edit that nobody refuses; what the agent is told at its end."""
        refused = self.edit(path, tool, **fields).decision
        assert refused is None
        file = self.repo / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return self.step(path, tool, **fields)

    def step(
        self, path: str | Path, tool: str = "Edit", response: object = "The file has been updated", **fields: Any
    ) -> Said:
        """The end of a step with this edit alone."""
        call = {
            "tool_name": tool,
            "tool_input": {"file_path": str(path)},
            "tool_use_id": "t1",
            "tool_response": response,
        }
        return self.send("PostToolBatch", tool_calls=[call], **fields)

    def raw(self, name: str, data: bytes) -> Said:
        """Anything at all on stdin of the hook for an event."""
        tool = "Bash" if name.startswith("PostToolUse") else "Edit"
        [said] = [self._run(command, data) for command in self._commands(name, tool)]
        return said

    def bash(self, name: str, command: str, **fields: Any) -> dict[str, Said]:
        """An event about a Bash call, and what each hook for it says, by the name of its script."""
        fields = {"tool_use_id": "b1", "tool_input": {"command": command}, **fields}
        event = {
            "session_id": self.session,
            "cwd": str(self.repo),
            "hook_event_name": name,
            "tool_name": "Bash",
            **fields,
        }
        data = json.dumps(event).encode()
        found = {_script(text): self._run(text, data) for text in self._commands(name, "Bash")}
        assert found, f"no hook for Bash at {name}"
        return found

    def tool(self, name: str, tool: str, tool_input: dict[str, Any], **fields: Any) -> Said:
        """An event about a call of another tool, and what its hook says."""
        call = {"tool_name": tool, "tool_input": tool_input, "tool_use_id": "t1", **fields}
        event = {"session_id": self.session, "cwd": str(self.repo), "hook_event_name": name, **call}
        [said] = [self._run(command, json.dumps(event).encode()) for command in self._commands(name, tool)]
        return said

    def before(self, command: str, **fields: Any) -> Said:
        """What the guard says before a Bash command."""
        [said] = self.bash("PreToolUse", command, **fields).values()
        return said

    def _commands(self, name: str, tool: str) -> list[str]:
        return [
            hook["command"]
            for group in EVENTS[name]
            for hook in group["hooks"]
            if re.search(group.get("matcher", ""), tool) and not hook.get("asyncRewake")
        ]

    def _run(self, command: str, data: bytes) -> Said:
        line = f"{self.before_each}\n{command}"
        done = subprocess.run(
            ["sh", "-c", line], input=data, capture_output=True, check=False, cwd=self.repo, env=self.environment
        )
        return Said(done.stdout.decode(), done.stderr.decode(), done.returncode)


def _script(command: str) -> str:
    [script] = re.findall(r"hook=(\w+) ", command)
    return str(script)
