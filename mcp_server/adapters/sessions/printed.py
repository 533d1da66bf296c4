"""Sessions that a person starts by hand: the command is printed, and the claim waits for the session."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from mcp_server.adapters.sessions.claude import NAME, Client
from mcp_server.adapters.sessions.tmux_panes import end_gently
from mcp_server.domain.agent import Process
from mcp_server.domain.launch import Launch, Running


class PrintedSessions:
    """Commands for one's own terminal."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._client = Client(environment)

    def check(self) -> None:
        """Words can always be printed."""

    def find(self, launch: Launch) -> Running | None:  # noqa: ARG002  nobody knows where it will run
        """It may be started at any time while its claim lives."""
        return Running(None)

    def start(self, launch: Launch, prompt: str, model: str | None, arguments: Sequence[str]) -> Running:
        """The command, as words to be read."""
        command = self._client.command(launch, prompt, model, arguments, program=NAME)
        return Running(None, words=f"cd {shlex.quote(launch.worktree)} && {shlex.join(command)}")

    def last_words(self, launch: Launch) -> str:  # noqa: ARG002
        """Nothing is known of it."""
        return ""

    def stop(self, launch: Launch, process: Process | None) -> None:  # noqa: ARG002
        """Nothing: the person who started it ends it."""
        if process is not None:
            end_gently(process)

    def door(self, launch: Launch) -> Sequence[str]:  # noqa: ARG002
        """None: it runs in somebody's terminal."""
        return []
