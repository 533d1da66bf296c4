"""Sessions that a worker waits for: `claude -p`, its events in a file, ended with all that it started at a limit."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic, sleep, time

from mcp_server.adapters.host import children
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.sessions.claude import Client
from mcp_server.adapters.sessions.events import finished_of, last_words
from mcp_server.domain.agent import Process
from mcp_server.domain.launch import Launch, NotStarted, Running
from mcp_server.domain.unattended.outcome import Finished

FOLDER = "work"
MOST_LOGS = 50
GRACE = 15.0
"""Seconds that a client has for its own end, in which it says that its session is over."""
LOOK_EVERY = 0.1


class ForegroundSessions:
    """Each runs in a process group of its own; `place` is its process and the time until when it may run."""

    def __init__(
        self,
        environment: Mapping[str, str],
        state: str,
        seconds: float,
        *,
        now: Callable[[], float] = time,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self._client = Client(environment)
        self._folder = Path(state, FOLDER)
        self._seconds = seconds
        self._now = now
        self._pause = pause
        self._processes = HostProcesses()
        self._started: dict[str, subprocess.Popen[bytes]] = {}

    def check(self) -> None:
        """Refuses (NotStarted) without a client."""
        self._client.program()

    def find(self, launch: Launch) -> Running | None:
        """Where it runs, if it does."""
        process = self._process_of(launch)
        gone = process is None or self._processes.is_gone(process)
        return None if gone else Running(launch.place, words=last_words(self._log(launch)))

    def start(self, launch: Launch, prompt: str, model: str | None, arguments: Sequence[str]) -> Running:
        """Start it, its output in a file that is its user's alone; refuses (NotStarted) what can't be started."""
        words = ["-p", "--output-format", "stream-json", "--verbose", *arguments]
        command = self._client.command(launch, prompt, model, words)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._forget_old()
            handle = os.open(self._log(launch), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(handle, "ab") as log:
                started = subprocess.Popen(
                    command,
                    cwd=launch.worktree,
                    env=self._client.environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        except OSError as error:
            raise NotStarted(f"{command[0]} cannot be run: {error}") from None
        self._started[launch.task] = started
        process = self._processes.identify(started.pid)
        began = process.started if process is not None else "0"
        return Running(f"{started.pid} {began} {self._now() + self._seconds:.0f}")

    def finish(self, launch: Launch) -> Finished:
        """Wait for its end, at the latest at its limit; asked to stop, stop it first. Says how it ended."""
        log = str(self._log(launch))
        if launch.place is None and self._process_of(launch) is None and not self._log(launch).exists():
            return Finished("interrupted", "its worker was gone before it began")
        try:
            in_time = self._waited(launch)
        except KeyboardInterrupt:
            self.stop(launch, None)
            return Finished("interrupted", "its worker was told to stop", last_words(self._log(launch)), log=log)
        code = self._code(launch)
        if not in_time:
            words = last_words(self._log(launch))
            return Finished("limit", f"it was ended after {self._seconds / 60:g} minutes", words, log=log)
        return finished_of(self._log(launch), code)

    def overdue(self, launch: Launch) -> bool:
        return self.find(launch) is not None and self._now() >= self._until(launch)

    def last_words(self, launch: Launch) -> str:
        """The last that it said."""
        return last_words(self._log(launch))

    def stop(self, launch: Launch, process: Process | None) -> None:
        """Let the client end by itself, and then all that it started."""
        client = process or self._process_of(launch)
        if client is None or self._processes.is_gone(client):
            return
        below = [found for pid in children.all_below(client.pid) if (found := self._processes.identify(pid))]
        _signal(client, signal.SIGTERM)
        give_up_at = monotonic() + GRACE
        while not self._has_ended(launch, client) and monotonic() < give_up_at:
            self._pause(LOOK_EVERY)
        for each in (client, *below):
            if not self._processes.is_gone(each):
                _signal(each, signal.SIGKILL)
        give_up_at = monotonic() + GRACE
        while not self._are_gone(launch, client, below) and monotonic() < give_up_at:
            self._pause(LOOK_EVERY)

    def door(self, launch: Launch) -> Sequence[str]:  # noqa: ARG002
        """None: nobody can talk to it."""
        return []

    def _waited(self, launch: Launch) -> bool:
        """Wait until it has ended; False if it was ended at its limit."""
        process = self._process_of(launch)
        while process is not None and not self._has_ended(launch, process):
            if self._now() >= self._until(launch):
                self.stop(launch, None)
                return False
            self._pause(LOOK_EVERY)
        return True

    def _has_ended(self, launch: Launch, process: Process) -> bool:
        own = self._started.get(launch.task)
        return own.poll() is not None if own is not None else self._processes.is_gone(process)

    def _are_gone(self, launch: Launch, client: Process, below: Sequence[Process]) -> bool:
        return self._has_ended(launch, client) and all(map(self._processes.is_gone, below))

    def _code(self, launch: Launch) -> int | None:
        own = self._started.pop(launch.task, None)
        return own.wait() if own is not None else None

    def _process_of(self, launch: Launch) -> Process | None:
        parts = (launch.place or "").split()
        if len(parts) != 3:  # whoever started it was killed before that was recorded, or is about to record it
            own = self._started.get(launch.task)
            pid = own.pid if own is not None else children.started_with("--session-id", launch.session or "-")
            return None if pid is None else self._processes.identify(pid)
        here = self._processes.identify(os.getpid())
        return None if here is None else Process(here.host, int(parts[0]), parts[1])

    def _until(self, launch: Launch) -> float:
        return float(launch.place.split()[-1]) if launch.place else launch.launched_at + self._seconds

    def _log(self, launch: Launch) -> Path:
        return self._folder / f"{launch.session or launch.name}.jsonl"

    def _forget_old(self) -> None:
        logs = sorted(self._folder.glob("*.jsonl"), key=lambda file: file.stat().st_mtime)
        for log in logs[:-MOST_LOGS]:
            log.unlink(missing_ok=True)


def _signal(process: Process, number: signal.Signals) -> None:
    try:
        os.kill(process.pid, number)
    except ProcessLookupError:
        return
