"""An agent's process as the director sees it: orders go in, what came of them comes back, and it can be killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
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

    def __init__(self, name: str, *, root: Path, data: Path, project: Path) -> None:
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
            env=surroundings(),
            start_new_session=True,
        )
        self._complaints: list[str] = []
        # The agent's server has this pipe as well, so its end says that both are gone.
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    def meet(self) -> dict[str, Any]:
        """How it started: what the hooks told it, and the tools that its server offers."""
        started = {**self._hear(), **self._hear()}
        expect(not started["trouble"], f"{self.name} to start without trouble", started["trouble"])
        return started

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """Call one of Interlock's tools; its structured answer."""
        self.begin_call(tool, **arguments)
        return self.answer()

    def begin_call(self, tool: str, *, gated: bool = False, **arguments: Any) -> None:
        """Begin a call and do not wait for its answer; a gated one waits, ready to go, until `go`."""
        self._tell({"tool": tool, "arguments": arguments, "gated": gated})
        if gated:
            reached = self._hear()
            expect(reached == {"at": "gate"}, f"{self.name} to be ready to call {tool}", reached)

    def go(self) -> None:
        """Open the gate."""
        self._tell({"go": True})

    def answer(self) -> dict[str, Any]:
        """The answer to the call that was begun."""
        outcome = self._hear()
        expect("answer" in outcome, f"an answer to {self.name}", outcome.get("failed", outcome))
        answer: dict[str, Any] = outcome["answer"]
        return answer

    def edit(self, change: Change) -> None:
        """Edit a file; the guard must let it pass in silence."""
        outcome = self._attempt(change)
        expect(outcome == {"edited": change.path, "said": ""}, f"{self.name}'s edit of {change.path} to pass", outcome)

    def blocked(self, change: Change) -> str:
        """Try an edit that the guard must block; the reason it gave."""
        outcome = self._attempt(change)
        expect("blocked" in outcome, f"{self.name}'s edit of {change.path} to be blocked", outcome)
        return str(outcome["blocked"])

    def command_blocked(self, command: str) -> str:
        """Try a Bash command that the guard must block; the reason it gave."""
        self._tell({"command": command})
        outcome = self._hear()
        expect("blocked" in outcome, f"{self.name}'s `{command}` to be blocked", outcome)
        return str(outcome["blocked"])

    def commit(self, message: str, paths: list[str]) -> None:
        """Commit what was changed below `paths`."""
        self._tell({"message": message, "paths": paths})
        outcome = self._hear()
        expect(outcome == {"committed": message}, f"{self.name} to commit {paths}", outcome.get("failed", outcome))

    def kill(self) -> None:
        """Kill it without a warning (kill -9), and wait until its server has noticed."""
        self._process.kill()
        code = self._process.wait()
        expect(code == -signal.SIGKILL, f"{self.name} to die of kill -9", f"exit code {code}")
        self._listener.join(SECONDS_TO_LEAVE)
        expect(not self._listener.is_alive(), f"{self.name}'s server to end with it", "it is still there")

    def dismiss(self) -> None:
        """Ask it to end as a session does when its user leaves; do not wait for that."""
        assert self._process.stdin is not None  # noqa: S101  for the type checker: it is a pipe
        with suppress(OSError):  # it may have ended already
            self._process.stdin.close()

    def leave(self) -> None:
        """End as a session does; by force when that takes too long."""
        self.dismiss()
        try:
            self._process.wait(SECONDS_TO_LEAVE)
        except subprocess.TimeoutExpired:
            self.end_by_force("it did not end when asked to")
        self._listener.join(SECONDS_TO_LEAVE)

    def end_by_force(self, why: str) -> None:
        """Make an end of it, whatever it is doing; whoever waits for its answer is told why."""
        self._complaints.append(why)
        self._process.kill()
        self._process.wait()

    def _attempt(self, change: Change) -> dict[str, Any]:
        self._tell(change._asdict())
        return self._hear()

    def _tell(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None  # noqa: S101  for the type checker: it is a pipe
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise self._lost() from error

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None  # noqa: S101  for the type checker: it is a pipe
        line = self._process.stdout.readline()
        if not line:
            raise self._lost()
        outcome: dict[str, Any] = json.loads(line)
        return outcome

    def _lost(self) -> NotAsExpected:
        self._listener.join(1)
        said = "".join(self._complaints[-12:]).strip() or "it said nothing"
        return NotAsExpected(f"{self.name} ended unexpectedly: {said}")

    def _listen(self) -> None:
        assert self._process.stderr is not None  # noqa: S101  for the type checker: it is a pipe
        self._complaints.extend(self._process.stderr)
