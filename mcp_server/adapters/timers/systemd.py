"""A service and a timer of systemd, for this user, in the folder where systemd looks for them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from zlib import crc32

from mcp_server.adapters.host.atomic_write import replace
from mcp_server.domain.errors import Misuse
from mcp_server.domain.unattended.schedule import Every
from mcp_server.ports import Line

SECONDS = 60.0
_PLAIN_PROGRAM = re.compile(r"[\w/. +@:-]+")


class Systemd:
    """The two units for one repository, named after its folder and its path."""

    def __init__(self, root: str, environment: Mapping[str, str], variables: Mapping[str, str]) -> None:
        self._root = root
        self._environment = dict(environment)
        self._variables = variables
        configured = environment.get("XDG_CONFIG_HOME") or os.path.join(environment.get("HOME", ""), ".config")
        self._folder = Path(configured, "systemd", "user")
        name = re.sub(r"[^A-Za-z0-9_-]+", "-", os.path.basename(root)).strip("-") or "repository"
        self._name = f"interlock-watch-{name[:40]}-{crc32(os.fsencode(root)):08x}"

    def lines(self, every: Every, command: Sequence[str]) -> list[Line]:
        return [
            Line(str(self._folder / f"{self._name}.service"), self._service(command)),
            Line(str(self._folder / f"{self._name}.timer"), self._timer(every)),
        ]

    def write(self, every: Every, command: Sequence[str]) -> str:
        lines = self.lines(every, command)
        self._folder.mkdir(parents=True, exist_ok=True)
        for line in lines:
            replace(line.place, line.text.encode("utf-8", "surrogateescape"), is_persons=True)
        trouble = self._systemctl("daemon-reload") or self._systemctl("enable", "--now", f"{self._name}.timer")
        if trouble:
            return (
                f"the units were written, but not started ({trouble}): systemctl --user enable --now {self._name}.timer"
            )
        return f"systemd starts it from now on: `systemctl --user list-timers {self._name}.timer` shows it"

    def remove(self) -> str | None:
        files = [self._folder / f"{self._name}.{kind}" for kind in ("timer", "service")]
        there = [file for file in files if file.exists()]
        if not there:
            return None
        self._systemctl("disable", "--now", f"{self._name}.timer")
        for file in there:
            file.unlink(missing_ok=True)
        self._systemctl("daemon-reload")
        return f"{', '.join(str(file) for file in there)} removed"

    def _service(self, command: Sequence[str]) -> str:
        given = [f"Environment={_quoted(f'{name}={value}')}" for name, value in self._variables.items()]
        return "\n".join(
            [
                "[Unit]",
                f"Description=Interlock's heartbeat for {_plain(os.path.basename(self._root))}",
                "",
                "[Service]",
                "Type=oneshot",
                f"WorkingDirectory={_path(self._root)}",
                *given,
                f"ExecStart={' '.join(_quoted(word, is_command=True) for word in _startable(command))}",
                # The workers that it starts go on when it has ended.
                "KillMode=process",
                "",
            ]
        )

    def _timer(self, every: Every) -> str:
        return "\n".join(
            [
                "[Unit]",
                f"Description=Starts Interlock's heartbeat for {_plain(os.path.basename(self._root))}",
                "",
                "[Timer]",
                "OnActiveSec=10s",
                f"OnUnitActiveSec={every.systemd}",
                "AccuracySec=5s",
                "",
                "[Install]",
                "WantedBy=timers.target",
                "",
            ]
        )

    def _systemctl(self, *words: str) -> str:
        """What systemd says against it; empty when it did it."""
        try:
            said = subprocess.run(
                ["systemctl", "--user", *words],
                env=self._environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS,
                stdin=subprocess.DEVNULL,
                errors="replace",
            )
        except (OSError, subprocess.TimeoutExpired):
            return "systemd is not running here"
        return "" if said.returncode == 0 else said.stderr.strip().splitlines()[0][:200] if said.stderr.strip() else "?"


def _startable(command: Sequence[str]) -> Sequence[str]:
    """The same command, through a shell where systemd would not take the name of the program."""
    return command if _PLAIN_PROGRAM.fullmatch(command[0]) else ["/bin/sh", "-c", 'exec "$0" "$@"', *command]


def _quoted(word: str, *, is_command: bool = False) -> str:
    """A word as systemd reads it: in quotes, with what it would replace escaped; refuses (Misuse) a line break."""
    if "\n" in word:
        raise Misuse("a unit of systemd can't name a path with a line break")
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped.replace("$", "$$") if is_command else escaped}"'


def _path(path: str) -> str:
    if "\n" in path:
        raise Misuse("a unit of systemd can't name a path with a line break")
    return path.replace("%", "%%")


def _plain(text: str) -> str:
    return " ".join(text.replace("%", "%%").split())
