"""Starts workers that outlive whoever starts them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence

from mcp_server.adapters.host.atomic_write import private, private_folder


class HostWorkers:
    """Each is a process in a session of its own; what they print goes to one file."""

    def __init__(self, command: Sequence[str], folder: str, log: str, environment: Mapping[str, str]) -> None:
        self._command = command
        self._folder = folder
        self._log = log
        self._environment = environment

    def start(self, count: int) -> int:
        if count:
            private_folder(os.path.dirname(self._log))
        for _ in range(count):
            with open(self._log, "ab", opener=private) as log:
                subprocess.Popen(
                    list(self._command),
                    cwd=self._folder,
                    env=dict(self._environment),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        return count
