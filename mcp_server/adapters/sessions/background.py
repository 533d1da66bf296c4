"""Sessions that the client keeps in the background by itself: `claude --bg`."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from mcp_server.adapters.sessions.claude import Client
from mcp_server.domain.agent import Process
from mcp_server.domain.launch import Launch, NotStarted, Running

SECONDS = 60.0
_STARTED = re.compile(r"backgrounded\W+([0-9a-f]{6,})")


class BackgroundSessions:
    """The client's own background sessions. It chooses their ids, so they are found by name and place."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._client = Client(environment)

    def check(self) -> None:
        """Refuses (NotStarted) without a client."""
        self._client.program()

    def find(self, launch: Launch) -> Running | None:
        for job in self._jobs(launch):
            if _is_alive(job):
                return Running(str(job["id"]), words=f"{job.get('status') or job.get('state') or ''}")
        return None

    def start(self, launch: Launch, prompt: str, model: str | None, arguments: Sequence[str]) -> Running:
        """Hand it to the client's service; refuses (NotStarted) with what the client says against it."""
        command = self._client.command(launch, prompt, model, ["--bg", *arguments])
        said = self._run(command, launch.worktree)
        told = _STARTED.search(said.stdout)
        if said.returncode != 0 or told is None:
            raise NotStarted(f"claude --bg failed: {(said.stderr or said.stdout).strip()[:600]}")
        return Running(told[1])

    def last_words(self, launch: Launch) -> str:
        """Nothing: `claude logs` shows what it did."""
        return f"`claude logs {launch.place}` shows what it did" if launch.place else ""

    def stop(self, launch: Launch, process: Process | None) -> None:  # noqa: ARG002  the service knows its process
        """Stop it through the client's service."""
        running = self.find(launch)
        if running is not None:
            self._run([self._client.program(), "stop", str(running.place)], launch.worktree)

    def door(self, launch: Launch) -> Sequence[str]:
        """The command that opens it in a terminal."""
        running = self.find(launch)
        return [self._client.program(), "attach", str(running.place)] if running else []

    def _jobs(self, launch: Launch) -> list[dict[str, Any]]:
        said = self._run([self._client.program(), "agents", "--json", "--all"], launch.worktree)
        try:
            jobs = json.loads(said.stdout)
        except ValueError:
            return []
        return [job for job in jobs if isinstance(job, dict) and job.get("id") and _is_of(job, launch)]

    def _run(self, command: Sequence[str], directory: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                list(command),
                cwd=directory if os.path.isdir(directory) else None,
                capture_output=True,
                text=True,
                env=self._client.environment(),
                check=False,
                timeout=SECONDS,
                stdin=subprocess.DEVNULL,
                errors="replace",
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotStarted(f"{command[0]} cannot be run: {error}") from None


def _is_of(job: Mapping[str, Any], launch: Launch) -> bool:
    if launch.place is not None:
        return bool(job["id"] == launch.place)
    return job.get("name") == launch.name and os.path.realpath(str(job.get("cwd", ""))) == launch.worktree


def _is_alive(job: Mapping[str, Any]) -> bool:
    return "pid" in job or job.get("state") == "working"
