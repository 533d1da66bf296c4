"""Sessions in panes of tmux."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep

from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.sessions.claude import Client
from mcp_server.adapters.sessions.tmux import Pane, Tmux
from mcp_server.domain.agent import Process
from mcp_server.domain.launch import Launch, NotStarted, Running

SCRIPTS = "launches"
PATIENCE = 15.0
LOOK_EVERY = 0.05


class PaneSessions:
    """One pane for each task, in the tmux session of a repository."""

    def __init__(self, environment: Mapping[str, str], state: str, repository: str) -> None:
        self._environment = environment
        self._client = Client(environment)
        self._state = state
        self._repository = repository

    def check(self) -> None:
        """Refuses (NotStarted) without a client or a tmux."""
        self._client.program()
        if shutil.which("tmux", path=self._environment.get("PATH")) is None:
            raise NotStarted("tmux is not installed; --background and --print do without it")

    def find(self, launch: Launch) -> Running | None:
        pane = self._pane(launch)
        if pane is None or pane.dead:
            return None
        return Running(pane.id, pane.server, _last_line(self._tmux(launch).text(pane.id)))

    def start(self, launch: Launch, prompt: str, model: str | None, arguments: Sequence[str]) -> Running:
        """Start it in a new pane; refuses (NotStarted) without a client or a tmux."""
        command = self._client.command(launch, prompt, model, arguments)
        file = Path(self._state, SCRIPTS, f"{launch.session}.sh")
        write_privately(file, self._client.script(command, launch.worktree))
        try:
            pane = Tmux(self._environment).open(
                self._state, self._repository, launch.task, launch.name, ["/bin/sh", str(file)]
            )
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        return Running(pane.id, pane.server)

    def last_words(self, launch: Launch) -> str:
        """The last lines in its pane."""
        pane = self._pane(launch)
        lines = self._tmux(launch).text(pane.id).splitlines() if pane is not None else []
        return "\n".join([line.rstrip() for line in lines if line.strip()][-8:])

    def stop(self, launch: Launch, process: Process | None) -> None:
        """Let the client end by itself, which releases its claim, and close the pane."""
        pane = self._pane(launch)
        processes = HostProcesses()
        client = process or (processes.identify(pane.pid) if pane is not None and not pane.dead else None)
        if client is not None:
            end_gently(client)
        if pane is not None:
            self._tmux(launch).close(pane.id)

    def door(self, launch: Launch) -> Sequence[str]:
        """The command that shows its pane; empty when there is none."""
        pane = self._pane(launch)
        return self._tmux(launch).way_to(pane) if pane is not None else []

    def _pane(self, launch: Launch) -> Pane | None:
        """By what it was started with: the number of a pane is used again by the next server."""
        if launch.session is None:
            return None
        return next((pane for pane in self._tmux(launch).panes() if f"{launch.session}.sh" in pane.command), None)

    def _tmux(self, launch: Launch) -> Tmux:
        return Tmux(self._environment, launch.server)


def end_gently(
    process: Process, *, passing: Callable[[], float] = monotonic, pause: Callable[[float], None] = sleep
) -> bool:
    """Ask a process to end and wait for it; whether it did."""
    processes = HostProcesses()
    if processes.is_gone(process):
        return True
    os.kill(process.pid, signal.SIGTERM)
    give_up_at = passing() + PATIENCE
    while not processes.is_gone(process) and passing() < give_up_at:
        pause(LOOK_EVERY)
    return processes.is_gone(process)


def write_privately(file: Path, text: str) -> None:
    """Write a file that only its owner may read, replacing what was there."""
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(text)


def _last_line(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
