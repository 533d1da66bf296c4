"""Starts workers that outlive whoever starts them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence

from mcp_server.adapters.host.atomic_write import private, private_folder

LARGEST_LOG, KEPT_OF_LOG = 1 << 20, 1 << 17
"""Bytes: a log that grew larger is cut to its end."""


def shorten(log: str) -> None:
    """Cut a log that got long; whoever appends to it meanwhile goes on doing so."""
    try:
        if os.path.getsize(log) <= LARGEST_LOG:
            return
        with open(log, "r+b") as file:
            file.seek(-KEPT_OF_LOG, os.SEEK_END)
            kept = file.read().partition(b"\n")[2]
            file.seek(0)
            file.write(kept)
            file.truncate()
    except OSError:  # there is none
        return


class HostWorkers:
    """Each is a process in a session of its own; what they print goes to one file."""

    def __init__(self, command: Sequence[str], folder: str, log: str, environment: Mapping[str, str]) -> None:
        self._command = command
        self._folder = folder
        self._log = log
        self._environment = environment
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, count: int) -> int:
        # A heartbeat that goes on for days leaves no ended process behind.
        self._started = [worker for worker in self._started if worker.poll() is None]
        if count:
            private_folder(os.path.dirname(self._log))
        for _ in range(count):
            with open(self._log, "ab", opener=private) as log:
                self._started.append(
                    subprocess.Popen(
                        list(self._command),
                        cwd=self._folder,
                        env=dict(self._environment),
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )
        return count
