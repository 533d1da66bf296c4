"""An agent's process as the demo controls it: it sends orders, receives results, and can kill the process."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from mcp_server.demo.expecting import NotAsExpected, expect
from mcp_server.demo.repository import surroundings
from mcp_server.demo.shop import Change

SECONDS_TO_LEAVE = 10


class Player:
    """One agent. It starts at once; `meet` waits until its session and its server are ready."""

    def __init__(
        self, name: str, *, root: Path, data: Path, project: Path, more: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(root / "mcp_server" / "demo" / "agent.py"), str(data), str(project), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=project,
            env={**surroundings(), **(more or {})},
            start_new_session=True,
        )
        self._complaints: list[str] = []
        # The agent's server inherits this pipe, so it closes only when both have ended.
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def meet(self) -> dict[str, Any]:
        """How it started: its briefing from the hooks, and the tools of its server."""
        started = {**self._receive(), **self._receive()}
        expect(not started["trouble"], f"{self.name} to start without trouble", started["trouble"])
        return started

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call one of Interlock's tools; its structured answer."""
        self.begin_call(tool, **arguments)
        return self.answer()

    def begin_call(self, tool: str, *, gated: bool = False, **arguments: Any) -> None:
        """Begin a call without waiting for its answer; a gated call waits for `go`."""
        self._send({"tool": tool, "arguments": arguments, "gated": gated})
        if gated:
            reached = self._receive()
            expect(reached == {"at": "gate"}, f"{self.name} to be ready to call {tool}", reached)

    def go(self) -> None:
        """Open the gate."""
        self._send({"go": True})

    def answer(self) -> dict[str, Any]:
        """The answer to the call that was begun."""
        outcome = self._receive()
        expect("answer" in outcome, f"an answer to {self.name}", outcome.get("failed", outcome))
        answer: dict[str, Any] = outcome["answer"]
        return answer

    def edit(self, change: Change) -> None:
        """Edit a file; the guard must allow it silently."""
        outcome = self._attempt(change)
        expect(outcome == {"edited": change.path, "said": ""}, f"{self.name}'s edit of {change.path} to pass", outcome)

    def tried(self, tool: str, **arguments: Any) -> tuple[dict[str, Any] | None, str]:
        """Call a tool that may fail: its structured answer or None, and what it says if it fails."""
        self.begin_call(tool, **arguments)
        outcome = self._receive()
        return outcome.get("answer"), str(outcome.get("failed", ""))

    def blocked(self, change: Change) -> str:
        """Try an edit that the guard must block; returns its reason."""
        outcome = self._attempt(change)
        expect("blocked" in outcome, f"{self.name}'s edit of {change.path} to be blocked", outcome)
        return str(outcome["blocked"])

    def command_blocked(self, command: str) -> str:
        """Try a Bash command that the guard must block; returns its reason."""
        self._send({"command": command})
        outcome = self._receive()
        expect("blocked" in outcome, f"{self.name}'s `{command}` to be blocked", outcome)
        return str(outcome["blocked"])

    def commit(self, message: str, paths: list[str]) -> None:
        """Commit what was changed below `paths`."""
        self._send({"message": message, "paths": paths})
        outcome = self._receive()
        expect(outcome == {"committed": message}, f"{self.name} to commit {paths}", outcome.get("failed", outcome))

    def kill(self) -> None:
        """Kill it without warning (kill -9), and wait until its server has ended too."""
        self._process.kill()
        code = self._process.wait()
        expect(code == -signal.SIGKILL, f"{self.name} to die of kill -9", f"exit code {code}")
        self._listener.join(SECONDS_TO_LEAVE)
        expect(not self._listener.is_alive(), f"{self.name}'s server to end with it", "it is still running")

    def dismiss(self) -> None:
        """Ask it to end, as when the user quits the session; does not wait."""
        assert self._process.stdin is not None  # noqa: S101  for the type checker: it is a pipe
        with suppress(OSError):  # it may have ended already
            self._process.stdin.close()

    def leave(self) -> None:
        """End it as a session ends; by force when that takes too long."""
        self.dismiss()
        try:
            self._process.wait(SECONDS_TO_LEAVE)
        except subprocess.TimeoutExpired:
            self.end_by_force("it did not end when asked to")
        self._listener.join(SECONDS_TO_LEAVE)

    def end_by_force(self, why: str) -> None:
        """Kill it, whatever it is doing; `why` is reported to whoever waits for its answer."""
        self._complaints.append(why)
        self._process.kill()
        self._process.wait()

    def _attempt(self, change: Change) -> dict[str, Any]:
        self._send(change._asdict())
        return self._receive()

    def _send(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None  # noqa: S101  for the type checker: it is a pipe
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._lost() from error

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101  for the type checker: it is a pipe
        line = self._process.stdout.readline()
        if not line:
            raise self._lost()
        outcome: dict[str, Any] = json.loads(line)
        return outcome

    def _lost(self) -> NotAsExpected:
        self._listener.join(1)
        said = "".join(self._complaints[-12:]).strip() or "without a message"
        return NotAsExpected(f"{self.name} ended unexpectedly: {said}")

    def _listen(self) -> None:
        assert self._process.stderr is not None  # noqa: S101  for the type checker: it is a pipe
        self._complaints.extend(self._process.stderr)
