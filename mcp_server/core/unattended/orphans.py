"""Runs whose worker was killed: the session is ended at its limit, and what came of the task is concluded."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from mcp_server.core.launch import sessions
from mcp_server.core.unattended import requests
from mcp_server.core.unattended.conclude import conclude
from mcp_server.core.workplace import Workplace
from mcp_server.domain.unattended.outcome import Outcome
from mcp_server.domain.worktree import Trouble
from mcp_server.ports import Foreground, RequestFolder


class Tools(Protocol):
    """What is needed from outside."""

    def foreground(self) -> Foreground:
        """Sessions that are waited for."""

    def request_folder(self) -> RequestFolder:
        """The inbox, and the outbox."""

    def launch_lock(self, task: str) -> AbstractContextManager[object]:
        """Held by a worker for as long as it works on this task."""


def settle(place: Workplace, tools: Tools) -> list[Outcome]:
    """Conclude the runs that nobody waits for any more. A session that goes on within its limit is left alone."""
    outcomes = []
    for launch in sessions.launches(place):
        if launch.way != "work":
            continue
        try:
            with tools.launch_lock(launch.task):
                foreground = tools.foreground()
                if foreground.find(launch) is None or foreground.overdue(launch):
                    outcome = conclude(place, launch, foreground.finish(launch))
                    outcomes.append(requests.answered(place, tools.request_folder(), outcome))
        except Trouble:  # its worker lives
            continue
    return outcomes
