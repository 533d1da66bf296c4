"""Runs a command line of the settings with a text as its input, within a time, and without our secrets."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress

from mcp_server.domain.unattended.outcome import Finished

PASSED_ON = ("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR", "DISPLAY", "VIRTUAL_ENV")
PASSED_ON_BY_FAMILY = ("LC_", "XDG_", "OLLAMA_")
MOST_OUTPUT = 100_000
GRACE = 2.0


class HostCommandLines:
    """A command in a shell, in a folder and a process group of its own."""

    def __init__(self, environment: Mapping[str, str], folder: str) -> None:
        self._environment = {
            name: value
            for name, value in environment.items()
            if name in PASSED_ON or name.startswith(PASSED_ON_BY_FAMILY)
        }
        self._folder = folder

    def run(self, command: str, text: str, seconds: float, variables: Mapping[str, str]) -> Finished:
        started = subprocess.Popen(
            ["/bin/sh", "-c", command],
            cwd=self._folder,
            env={**self._environment, **variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            out, complaint = started.communicate(text.encode("utf-8", "replace"), timeout=seconds)
        except subprocess.TimeoutExpired:
            return Finished("limit", f"it took longer than {seconds / 60:g} minutes", _ended(started))
        except KeyboardInterrupt:
            return Finished("interrupted", "it was told to stop", _ended(started))
        words = out[:MOST_OUTPUT].decode("utf-8", "replace").replace("\0", "")
        if started.returncode == 0:
            return Finished("ended", "" if words.strip() else "it printed nothing", words)
        last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or [""]
        return Finished("failed", f"exit code {started.returncode} {last[0][:300]}".strip(), words)


def _ended(started: subprocess.Popen[bytes]) -> str:
    """Kill it with all of its group; what it had printed."""
    with suppress(ProcessLookupError):
        os.killpg(started.pid, signal.SIGKILL)
    try:
        out, _ = started.communicate(timeout=GRACE)
    except subprocess.TimeoutExpired as error:  # something that left the group has its output open
        out = error.stdout or b""
    return out[:MOST_OUTPUT].decode("utf-8", "replace")
