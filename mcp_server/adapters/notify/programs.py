"""Notifies a person through programs: the desktop's own, a command of the settings, and `apprise`."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from shutil import which

from mcp_server.adapters.host.run_program import run_program
from mcp_server.adapters.notify.words import headline, line
from mcp_server.domain.oversight.need import Need

SECONDS = 10.0
"""How long a program may take."""
_SCRIPT = "on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run"


class Desktop:
    """The notifications of a desktop: `notify-send` of Linux, `osascript` of macOS."""

    def __init__(self, repository: str, environment: Mapping[str, str], platform: str = sys.platform) -> None:
        self._repository = repository
        self._environment = environment
        self._platform = platform

    def notify(self, need: Need) -> None:
        words = headline(self._repository), line(need)
        if self._platform == "darwin":
            _run(["osascript", "-e", _SCRIPT, *words], self._environment)
        else:
            urgency = "critical" if need.kind in ("lost", "off_track", "budget") else "normal"
            _run(["notify-send", "--app-name=Interlock", f"--urgency={urgency}", "--", *words], self._environment)


class Command:
    """A command of the settings, run by a shell. It gets headline and line as arguments, and all parts by name."""

    def __init__(self, command: str, repository: str, environment: Mapping[str, str]) -> None:
        self._command = command
        self._repository = repository
        self._environment = environment

    def notify(self, need: Need) -> None:
        parts = {
            "INTERLOCK_KIND": need.kind,
            "INTERLOCK_SUBJECT": need.subject,
            "INTERLOCK_WORDS": need.words,
            "INTERLOCK_COMMAND": need.command,
            "INTERLOCK_REPOSITORY": self._repository,
        }
        words = headline(self._repository), line(need)
        _run(["sh", "-c", f'{self._command} "$@"', "notify", *words], {**self._environment, **parts})


class Apprise:
    """The command line of `apprise`, which knows a hundred services. It has to be installed by the user."""

    def __init__(self, addresses: Sequence[str], repository: str, environment: Mapping[str, str]) -> None:
        self._addresses = addresses
        self._repository = repository
        self._environment = environment

    def notify(self, need: Need) -> None:
        addresses = [os.path.expandvars(address) for address in self._addresses]
        words = ["--title", headline(self._repository), "--body", line(need)]
        _run(["apprise", *words, "--", *addresses], self._environment)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run a program; refuses (OSError) one that is missing, fails or takes too long, naming it but not its words."""
    program = which(command[0], path=environment.get("PATH"))
    if program is None:
        raise OSError(f"{command[0]} is not installed")
    ran = run_program([program, *command[1:]], env=environment, seconds=SECONDS)
    if ran.code != 0:
        said = ran.err.decode("utf-8", "replace").strip().splitlines()
        raise OSError(f"{command[0]} ended with exit code {ran.code}" + (f": {said[-1][:200]}" if said else ""))
