"""A line of the user's crontab. It is known by the comment at its end; all other lines stay as they are."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping, Sequence

from mcp_server.domain.errors import Misuse
from mcp_server.domain.unattended.schedule import Every
from mcp_server.ports import Line

SECONDS = 20.0
MARK = "# interlock watch"
EMPTY = ("no crontab", "can't open")
LONGEST = 990
"""Characters of a line, of which cron reads a thousand."""


class Cron:
    """The line for one repository: cron's own environment is nearly empty, so the line names all that it needs."""

    def __init__(self, root: str, log: str, environment: Mapping[str, str], variables: Mapping[str, str]) -> None:
        self._root = root
        self._log = log
        self._environment = dict(environment)
        self._variables = variables

    def lines(self, every: Every, command: Sequence[str]) -> list[Line]:
        return [Line("crontab", self._line(every, command))]

    def write(self, every: Every, command: Sequence[str]) -> str:
        line = self._line(every, command)
        self._replace([line])
        return "cron starts it from now on: `crontab -l` shows the line"

    def remove(self) -> str | None:
        return "its line was taken out of the crontab" if self._replace([]) else None

    def _line(self, every: Every, command: Sequence[str]) -> str:
        given = [f"{name}={shlex.quote(value)}" for name, value in self._variables.items()]
        words = ["cd", shlex.quote(self._root), "&&", *given, shlex.join(command), ">>", shlex.quote(self._log), "2>&1"]
        # To cron an unescaped % ends the command, also inside quotes; the backslash is taken away before the shell.
        line = f"{every.cron} {' '.join(words).replace('%', chr(92) + '%')} {self._mark}"
        if len(line) > LONGEST:
            raise Misuse(f"cron can't run a line of more than {LONGEST} characters; use --install systemd")
        if "\n" in line or "\\%" in " ".join(words):
            raise Misuse("cron can't run a command with a line break or a backslash before %; use --install systemd")
        return line

    @property
    def _mark(self) -> str:
        return f"{MARK} {shlex.quote(self._root)}".replace("%", "\\%")

    def _replace(self, wanted: list[str]) -> bool:
        """Put these lines in the place of ours; whether that made a difference."""
        before = self._read()
        kept = [line for line in before if not line.endswith(self._mark)]
        after = [*kept, *wanted]
        if after == before:
            return False
        text = "".join(f"{line}\n" for line in after)
        self._run(["crontab", "-"], text)
        return True

    def _read(self) -> list[str]:
        said = self._started(["crontab", "-l"], "")
        if said.returncode != 0:
            if any(words in said.stderr for words in EMPTY):
                return []
            raise OSError(f"crontab -l failed: {said.stderr.strip()[:300]}")
        return said.stdout.splitlines()

    def _run(self, command: Sequence[str], text: str) -> None:
        said = self._started(command, text)
        if said.returncode != 0:
            raise OSError(f"{' '.join(command)} failed, and nothing was changed: {said.stderr.strip()[:300]}")

    def _started(self, command: Sequence[str], text: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                list(command),
                input=text,
                env={**self._environment, "LC_ALL": "C"},
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS,
                errors="surrogateescape",
            )
        except FileNotFoundError:
            raise OSError("there is no `crontab` here: install cron, or use --install systemd") from None
        except subprocess.TimeoutExpired:
            raise OSError("crontab did not answer") from None
