"""The workflows of a repository and of the plugin, and what they need of the machine that they run on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from mcp_server.adapters.git import runner
from mcp_server.adapters.git.file_list import files_in, folders_in, is_committed
from mcp_server.adapters.host.atomic_write import private, private_folder, replace
from mcp_server.adapters.host.process_lock import process_lock
from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.workflows.run_command import run_command
from mcp_server.domain.agent import Process
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.worktree import folder_of
from mcp_server.ports import Printed, Source

FOLDER = os.path.join(".claude", "interlock", "workflows")
LAST_LINES = 40
_OF_A_SESSION, _OF_THE_PLUGIN = ("CLAUDE", "AI_AGENT"), "CLAUDE_PLUGIN_"


class HostWorkshop:
    """See `ports.Workshop`. `plugin` is the folder of the plugin."""

    def __init__(self, repository: Repository, plugin: Path) -> None:
        self._repository = repository
        self._plugin = plugin

    @property
    def own_pid(self) -> int:
        return os.getpid()

    @property
    def _root(self) -> str:
        return self._repository.main

    def names(self) -> list[str]:
        folders = (Path(self._root, FOLDER), self._plugin / "workflows")
        return sorted({file.stem for folder in folders for file in folder.glob("*.toml")})

    def read(self, name: str) -> Source | None:
        own = Path(self.file(name))
        for file, is_plugins in ((own, False), (self._plugin / "workflows" / f"{name}.toml", True)):
            try:
                text = file.read_text(encoding="utf-8")
            except FileNotFoundError:
                continue
            except (OSError, UnicodeDecodeError) as error:
                raise StateUnavailable(f"{file} can't be read: {error}") from error
            place = f"the plugin's {name}.toml" if is_plugins else os.path.relpath(own, self._root)
            known = is_plugins or is_committed(self._root, os.path.relpath(own, self._root))
            return Source(name, text, place, known)
        return None

    def write(self, name: str, text: str, *, replace: bool) -> str | None:
        file = Path(self.file(name))
        if file.exists() and not replace:
            return None
        file.parent.mkdir(parents=True, exist_ok=True)
        _put(str(file), text)
        return os.path.relpath(file, self._root)

    def file(self, name: str) -> str:
        return os.path.join(self._root, FOLDER, f"{name}.toml")

    def files(self, patterns: Sequence[str]) -> list[str]:
        return files_in(self._root, patterns)

    def folders(self, patterns: Sequence[str]) -> list[str]:
        return folders_in(self._root, patterns)

    def listed(self, command: str, minutes: float) -> Printed:
        ran = run_command(command, self._root, self._environment(), minutes * 60)
        if ran.code == 0:
            return Printed(0, tuple(runner.text(ran.out).splitlines()))
        said = runner.text(ran.err or ran.out).splitlines()
        return Printed(ran.code, tuple(said[-LAST_LINES:]))

    def checked(self, command: str, minutes: float, name: str) -> Printed:
        folder = os.path.join(self._repository.state, "gates")
        private_folder(folder)
        place = os.path.join(folder, folder_of(name))
        with process_lock(f"{place}.lock", patience=float("inf")) as handle:
            with open(f"{place}.log", "wb", opener=private) as output:
                ran = run_command(
                    command, self._root, self._environment(), minutes * 60, output=output, keep_open=handle
                )
            with open(f"{place}.log", encoding="utf-8", errors="replace") as log:
                lines = log.read().splitlines()[-LAST_LINES:]
        return Printed(ran.code, tuple(lines), f"{place}.log")

    def set_going(self, run_id: str, attempt: int) -> Process | None:
        words = (str(self._plugin / "mcp_server"), "workflow", "advance", run_id, "--attempt", str(attempt))
        started = subprocess.Popen(
            [sys.executable, "-I", *words],
            cwd=self._root,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _RUNNERS[:] = [one for one in _RUNNERS if one.poll() is None] + [started]
        return HostProcesses().identify(started.pid)

    def _environment(self) -> dict[str, str]:
        """The person's environment: no session's, and the command `interlock` is found in it."""
        kept = {
            name: value
            for name, value in runner.without_location().items()
            if name.startswith(_OF_THE_PLUGIN) or not name.startswith(_OF_A_SESSION)
        }
        kept["PATH"] = os.pathsep.join((str(self._plugin / "bin"), kept.get("PATH", os.defpath)))
        return kept | {"CLAUDE_PROJECT_DIR": self._root}


_RUNNERS: list[subprocess.Popen[bytes]] = []
"""Kept, since Python complains of a process that is forgotten while it runs. Nobody waits for their end."""


def _put(file: str, text: str) -> None:
    replace(file, text.encode("utf-8"), is_persons=True)
