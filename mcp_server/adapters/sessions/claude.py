"""The client as a program: where it is, how a session is started, and what it must not inherit."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from mcp_server.domain.launch import Launch, NotStarted

NAME = "claude"
OF_ONE_SESSION = frozenset(
    """AI_AGENT CLAUDECODE CLAUDE_CODE_CHILD_NOTES_DIR CLAUDE_CODE_CHILD_SESSION CLAUDE_CODE_ENTRYPOINT
    CLAUDE_CODE_EXECPATH CLAUDE_CODE_MESSAGING_SOCKET CLAUDE_CODE_MESSAGING_TOKEN CLAUDE_CODE_SESSION_ATTENDED
    CLAUDE_CODE_SESSION_ID CLAUDE_CODE_SESSION_KIND CLAUDE_CODE_SESSION_NAME CLAUDE_EFFORT CLAUDE_ENV_FILE
    CLAUDE_JOB_DIR CLAUDE_PID CLAUDE_PLUGIN_DATA CLAUDE_PLUGIN_ROOT CLAUDE_PROJECT_DIR INTERLOCK_CLIENT_PID
    INTERLOCK_CONFINED INTERLOCK_PLACES INTERLOCK_SHIMS""".split()
)
"""Variables of a session that a new session must not inherit."""
OF_ONE_TERMINAL = frozenset(
    "COLUMNS LINES OLDPWD PWD SHLVL TERM TERM_PROGRAM TERM_PROGRAM_VERSION TERMCAP TMUX TMUX_PANE WINDOWID _".split()
)
_NAME_OF_A_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class Client:
    """The client, with the environment of the person who launches."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def program(self) -> str:
        """The client's program; refuses (NotStarted) where there is none."""
        found = shutil.which(NAME, path=self._environment.get("PATH"))
        if found is None:
            local = Path(self._environment.get("HOME", ""), ".claude", "local", NAME)
            found = str(local) if os.access(local, os.X_OK) else None
        if found is None:
            raise NotStarted(f"there is no `{NAME}` on the PATH: install Claude Code, or put it there")
        return str(Path(found).absolute())

    def command(
        self, launch: Launch, prompt: str, model: str | None, arguments: Sequence[str], *, program: str | None = None
    ) -> list[str]:
        """The words that start this session. The prompt comes first: an option may take any number of words."""
        words = [program or self.program(), prompt, "--name", launch.name]
        words += ["--session-id", launch.session] if launch.session else []
        words += ["--model", model] if model else []
        return [*words, *arguments]

    def environment(self) -> dict[str, str]:
        """What a session is to find: the environment as it is here, but for what belongs to another session."""
        return {name: value for name, value in self._environment.items() if name not in OF_ONE_SESSION}

    def script(self, command: Sequence[str], directory: str) -> str:
        """The same for a terminal that is served by a process with an environment of its own.

        The script puts itself away before anything else: what is in the environment stays in no file and on no
        command line.
        """
        kept = [
            f"export {name}={shlex.quote(value)}"
            for name, value in self.environment().items()
            if name not in OF_ONE_TERMINAL and _NAME_OF_A_VARIABLE.match(name)
        ]
        lines = [
            "#!/bin/sh",
            'rm -f -- "$0"',
            f"unset {' '.join(sorted(OF_ONE_SESSION))}",
            *kept,
            f"cd -- {shlex.quote(directory)} || exit 1",
            f"exec {shlex.join(command)}",
        ]
        return "\n".join(lines) + "\n"
