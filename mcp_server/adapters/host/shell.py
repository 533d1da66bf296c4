"""The shell that a command was typed in: the session that it belongs to, its ancestors, and what they run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from functools import cached_property

from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.domain.agent import Process
from mcp_server.sandbox import match_calls

SESSION = "CLAUDE_CODE_SESSION_ID"
MOST_ANCESTORS = 64


class HostShell:
    """The shell around this process. The environment can be changed by whoever types, the ancestors cannot."""

    def __init__(self, environment: Mapping[str, str], parent: int | None = None) -> None:
        self.session = environment.get(SESSION) or None
        self._parent = os.getppid() if parent is None else parent

    @cached_property
    def ancestors(self) -> tuple[Process, ...]:
        """The processes above this one, the nearest first."""
        known = HostProcesses()
        return tuple(process for pid in self._pids if (process := known.identify(pid)) is not None)

    def runs(self, command: str) -> bool:
        """Whether one of the ancestors is a shell that Claude Code started to run this command of an agent."""
        return any(match_calls.runs(text, command) for text in self._texts)

    @cached_property
    def _pids(self) -> tuple[int, ...]:
        found: list[int] = []
        pid = self._parent
        while pid > 1 and pid not in found and len(found) < MOST_ANCESTORS:
            found.append(pid)
            pid = _parent_of(pid)
        return tuple(found)

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(text for pid in self._pids if (text := _command_line(pid)))


def _parent_of(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as handle:
            return int(handle.read().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return _number(_asked(pid, "ppid="))


def _command_line(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as handle:
            return os.fsdecode(handle.read()).replace("\0", " ")
    except OSError:
        return _asked(pid, "command=")


def _asked(pid: int, what: str) -> str:
    """The answer of `ps`, where there is no /proc."""
    if os.path.isdir("/proc/self"):
        return ""
    try:
        done = subprocess.run(
            ["ps", "-ww", "-o", what, "-p", str(pid)],  # noqa: S607  where ps lies differs between systems
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip()


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
