"""Puts unattended work together: what a worker, the heartbeat and their timers need of this machine."""

from __future__ import annotations

import os
from pathlib import Path

from mcp_server.adapters.host.processes import HostProcesses

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from mcp_server.adapters.host.repository import Repository
    from mcp_server.cli.services import Services
    from mcp_server.core.workplace import Workplace
    from mcp_server.domain.agent import Process
    from mcp_server.domain.launch import Way
    from mcp_server.domain.settings import Settings
    from mcp_server.domain.worktree import Worktree
    from mcp_server.ports import (
        CommandLines,
        Foreground,
        Notifier,
        RequestFolder,
        Sessions,
        StepRunner,
        Timer,
        Trees,
        Workers,
    )

START_PATIENCE = 30.0
"""Seconds that a worker waits while others choose their tasks."""


class HostUnattended:
    """See `cli.services.Unattended`: over the services of one repository, for runs of at most so many seconds."""

    def __init__(self, services: Services, repository: Repository, seconds: float) -> None:
        from mcp_server.adapters.sessions.foreground import ForegroundSessions

        self._services = services
        self._repository = repository
        self._workers: Workers | None = None
        self._foreground = ForegroundSessions(os.environ, repository.state, seconds)

    @property
    def _settings(self) -> Settings:
        """As they are now: a heartbeat goes on for days."""
        return self._services.settings()

    @property
    def root(self) -> str:
        return self._repository.main

    def open_another(self) -> Workplace:
        return self._services.open_another()

    def trees(self) -> Trees:
        return self._services.trees()

    def step_runner(self, trees: Trees, worktree: Worktree) -> StepRunner:
        return self._services.step_runner(trees, worktree)

    def ways(self) -> dict[Way, Sessions]:
        return {**self._services.ways(), "work": self._foreground}

    def launch_lock(self, task: str) -> AbstractContextManager[object]:
        return self._services.launch_lock(task)

    def pause(self, seconds: float) -> None:
        self._services.pause(seconds)

    def foreground(self) -> Foreground:
        return self._foreground

    def start_lock(self) -> AbstractContextManager[object]:
        from mcp_server.adapters.host.process_lock import process_lock

        return process_lock(str(Path(self._repository.state, "launches", "start.lock")), patience=START_PATIENCE)

    def request_folder(self) -> RequestFolder:
        from mcp_server.adapters.text_files.request_folder import FileRequests

        work, main = self._settings.work, Path(self._repository.main)
        return FileRequests(main / work.inbox, main / work.outbox, Path(self._repository.state), exclude=self._exclude)

    def command_lines(self) -> CommandLines:
        from mcp_server.adapters.host.command_line import HostCommandLines

        return HostCommandLines(os.environ, self._repository.main)

    def own_process(self) -> Process | None:
        return HostProcesses().identify(os.getpid())

    def workers(self) -> Workers:
        from mcp_server.adapters.host.workers import HostWorkers

        if self._workers is None:
            log = os.path.join(self._repository.state, "work", "workers.log")
            command = [str(self._services.program), "work"]
            self._workers = HostWorkers(command, self._repository.main, log, os.environ)
        return self._workers

    def notifiers(self) -> Sequence[Notifier]:
        if not self._settings.notify.is_wanted:
            return ()
        from mcp_server.adapters.notify.ways import ways_of

        return ways_of(self._settings.notify, self._repository.main, os.environ)

    def timer(self, kind: str) -> Timer:
        from mcp_server.adapters.timers.cron import Cron
        from mcp_server.adapters.timers.programs import variables_of
        from mcp_server.adapters.timers.systemd import Systemd

        root, variables = self._repository.main, variables_of(os.environ)
        if kind == "systemd":
            return Systemd(root, os.environ, variables)
        return Cron(root, os.path.join(self._repository.state, "watch.log"), os.environ, variables)

    def shorten_logs(self) -> None:
        from mcp_server.adapters.host.workers import shorten

        for log in ("watch.log", os.path.join("work", "workers.log")):
            shorten(os.path.join(self._repository.state, log))

    def is_of_one_version(self) -> bool:
        return f"{os.sep}plugins{os.sep}cache{os.sep}" in str(self._services.program)

    def missing_secrets(self) -> list[str]:
        from mcp_server.adapters.timers.programs import secrets_of

        return secrets_of(os.environ)

    def _exclude(self) -> None:
        """Keep the two folders out of `git status`, unless somebody has committed them."""
        from mcp_server.adapters.host.atomic_write import private_folder
        from mcp_server.domain.worktree import Trouble

        try:
            private_folder(os.path.join(self._repository.state, "worktrees"))
            trees = self._services.trees()
            for folder in (self._settings.work.inbox, self._settings.work.outbox):
                trees.exclude(f"/{folder}/")
        except Trouble:  # outside git there is nothing to keep them out of
            return
