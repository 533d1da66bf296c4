"""Panes of tmux: one session for a repository, one pane for a task, found again by what they were started with."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from mcp_server.adapters.host.run_program import is_missing
from mcp_server.domain.launch import NotStarted

SESSION = "interlock"
WINDOW = "agents"
SIZE = ("-x", "220", "-y", "60")
SECONDS = 10.0
_WAITS = ("cat", "-")
"""Runs in a new pane until it is given its command; as two words, so that tmux needs no shell for it."""
_ENDED = ("no server running", "server exited", "no such session", "can't find", "lost server")
_OWNER, _TITLE, _TASK = "@interlock_state", "@interlock_title", "@interlock_task"
_BORDER = f" #{{{_TITLE}}} #{{?pane_dead,(ended) ,}}"
_FIELDS = "\t".join(
    f"#{{{name}}}"
    for name in ("pane_id", "pane_dead", "pane_pid", "socket_path", _OWNER, _TASK, "session_name", "pane_start_command")
)


class Pane(NamedTuple):
    """A pane that is there, dead or not."""

    id: str
    dead: bool
    pid: int
    server: str
    owner: str
    task: str
    session: str
    command: str


class Tmux:
    """One tmux server, by default the one that the person uses."""

    def __init__(self, environment: Mapping[str, str], server: str | None = None) -> None:
        self._environment = dict(environment)
        self._server = ["-S", server] if server else []

    def panes(self) -> list[Pane]:
        """All panes of the server; none when no server runs."""
        said = self._ask("list-panes", "-a", "-F", _FIELDS)
        rows = (line.split("\t", 7) for line in said.stdout.splitlines()) if said.returncode == 0 else ()
        return [Pane(row[0], row[1] == "1", int(row[2] or 0), *row[3:]) for row in rows if len(row) == 8]

    def open(self, owner: str, repository: str, task: str, title: str, command: Sequence[str]) -> Pane:  # noqa: PLR0917
        """A new pane in the session of `owner`, a repository's state; refuses (NotStarted) when there can be none.

        It takes the place of a dead one for the same task, and of one that never ran anything.
        """
        try:
            return self._opened(owner, repository, task, title, command)
        except NotStarted as error:
            if not any(sign in str(error) for sign in _ENDED):
                raise
            raise NotStarted(
                "tmux ended the session as soon as it was made. In your tmux configuration, exit-unattached is on, or "
                "a hook kills new sessions: switch that off, or use --background"
            ) from None

    def _opened(  # noqa: PLR0917
        self, owner: str, repository: str, task: str, title: str, command: Sequence[str]
    ) -> Pane:
        left = [pane for pane in self.panes() if (pane.owner, pane.task) == (owner, task)]
        session = self._session_of(owner)
        pane = self._beside(session) if session else self._first(owner, repository)
        for option, value in ((_TASK, _word(task)), (_TITLE, _plain(title))):
            self._tell("set-option", "-p", "-t", pane, option, value)
        for old in left:
            if old.dead or old.command.split()[:1] == [_WAITS[0]]:
                self.close(old.id)
        # Only now the command: what ends at once is to stay readable, and for that the pane must know it.
        self._tell("respawn-pane", "-k", "-t", pane, *map(_word, command))
        found = next((each for each in self.panes() if each.id == pane), None)
        if found is None:
            raise NotStarted("tmux closed the pane as soon as it was opened")
        return found

    def close(self, pane: str) -> None:
        """The pane is gone, and with the last one the session."""
        self._ask("kill-pane", "-t", pane)

    def text(self, pane: str) -> str:
        """What can be read in the pane."""
        return self._ask("capture-pane", "-p", "-S", "-200", "-t", pane).stdout

    def way_to(self, pane: Pane) -> list[str]:
        """The command that shows the pane: from within this server by switching to it, else by attaching."""
        inside = self._environment.get("TMUX", "").split(",")[0] == pane.server
        go = ["switch-client"] if inside else ["attach-session"]
        return [
            "tmux",
            "-S",
            pane.server,
            "select-window",
            "-t",
            pane.id,
            ";",
            "select-pane",
            "-t",
            pane.id,
            ";",
            *go,
            "-t",
            pane.id,
        ]

    def _session_of(self, owner: str) -> str | None:
        return next((name for name, state in self._sessions() if state == owner), None)

    def _sessions(self) -> list[tuple[str, str]]:
        said = self._ask("list-sessions", "-F", f"#{{session_name}}\t#{{{_OWNER}}}")
        lines = said.stdout.splitlines() if said.returncode == 0 else []
        return [(name, state) for name, _, state in (line.partition("\t") for line in lines)]

    def _first(self, owner: str, repository: str) -> str:
        taken = {name for name, _ in self._sessions()}
        for name in _names(repository):
            if name in taken:
                continue
            pane = self._tell(
                "new-session",
                "-d",
                "-P",
                "-F",
                "#{pane_id}",
                "-s",
                name,
                "-n",
                WINDOW,
                *SIZE,
                *_WAITS,
                *self._options(name, {"destroy-unattached": "off", _OWNER: _word(owner)}),
            )
            self._dress(pane)
            return pane
        raise NotStarted("no name is left for a tmux session")

    def _options(self, session: str, options: Mapping[str, str]) -> list[str]:
        """What sets the options of a session in the very command that makes it: tmux may destroy it right after."""
        target = f"={session}:"
        return [word for name, value in options.items() for word in (";", "set-option", "-t", target, name, value)]

    def _beside(self, session: str) -> str:
        window = f"={session}:{WINDOW}"
        self._ask("select-layout", "-t", window, "tiled")
        last = f"{window}.{{bottom-right}}"  # so that they stand in the order in which they were opened
        said = self._ask("split-window", "-d", "-P", "-F", "#{pane_id}", "-t", last, *_WAITS)
        if said.returncode != 0:  # no room is left, or somebody closed the window
            pane = self._tell("new-window", "-d", "-P", "-F", "#{pane_id}", "-t", f"={session}:", "-n", WINDOW, *_WAITS)
            self._dress(pane)
            return pane
        self._ask("select-layout", "-t", window, "tiled")
        return said.stdout.strip()

    def _dress(self, pane: str) -> None:
        for option, value in (("remain-on-exit", "on"), ("pane-border-status", "top"), ("pane-border-format", _BORDER)):
            self._tell("set-option", "-w", "-t", pane, option, value)

    def _tell(self, *words: str) -> str:
        said = self._ask(*words)
        if said.returncode != 0:
            raise NotStarted(f"tmux {words[0]} failed: {said.stderr.strip() or f'status {said.returncode}'}")
        return said.stdout.strip()

    def _ask(self, *words: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                ["tmux", "-u", *self._server, *words],  # else it replaces tabs where the locale is not UTF-8
                env=self._environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=SECONDS,
                stdin=subprocess.DEVNULL,
                errors="replace",
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            missing = is_missing("tmux", error, self._environment.get("PATH"))
            raise NotStarted("tmux is not installed" if missing else f"tmux cannot be run: {error}") from None


def _names(repository: str) -> list[str]:
    name = re.sub(r"[^\w-]+", "-", os.path.basename(repository)).strip("-") or "repository"
    return [SESSION, f"{SESSION}-{name}", *(f"{SESSION}-{name}-{number}" for number in range(2, 100))]


def _word(text: str) -> str:
    """A word that tmux takes as it is: one that ends in `;` would end the command."""
    return text[:-1] + "\\;" if text.endswith(";") else text


def _plain(title: str) -> str:
    return _word(title.replace("#", "##"))
