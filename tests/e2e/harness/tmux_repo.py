"""A repository in which `interlock launch` starts sessions of the real client in panes of a real tmux."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.plugin import ROOT
from tests.e2e.harness.turns import WAIT_SECONDS, Json

FOR_THE_CLIENT = ["--plugin-dir", str(ROOT), "--permission-mode", "bypassPermissions"]


class Ran(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Json:
        """What it printed, as JSON."""
        answer: Json = json.loads(self.out)
        return answer


class TmuxRepo:
    """One repository, whoever types there, and a tmux server of its own."""

    def __init__(self, client: ClaudeClient, repo: Path, folder: Path) -> None:
        self.repo = repo
        self._prepare(client, folder)
        self._env = {
            **client.env,
            "TMUX_TMPDIR": str(folder),
            "PATH": f"{folder}/bin:{client.env['PATH']}",
            "LOGNAME": "pat",
            "NO_COLOR": "1",
            "TERM": "xterm-256color",
        }

    def interlock(self, *words: str, stdin: str = "") -> Ran:
        """A command of Interlock in the main checkout."""
        done = self.run([sys.executable, "-I", str(ROOT / "mcp_server"), *words], stdin=stdin)
        assert "Traceback" not in done.stdout + done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    def launch(self, *words: str) -> Ran:
        """`interlock launch --json`, with this checkout as the sessions' plugin."""
        return self.interlock("launch", "--json", *words, "--", *FOR_THE_CLIENT)

    def tmux(self, *words: str) -> str:
        """What tmux prints; empty when no server runs."""
        return self.run(["tmux", *words]).stdout

    def run(self, command: Sequence[str], *, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Any command in the main checkout."""
        return subprocess.run(
            list(command),
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.repo,
            env=self._env,
            timeout=2 * WAIT_SECONDS,
        )

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """A command of Interlock that is not waited for."""
        command = [sys.executable, "-I", str(ROOT / "mcp_server"), *words]
        return subprocess.Popen(
            command,
            cwd=self.repo,
            env=self._env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
        )

    def plan(self, *tasks: tuple[str, str], tier: str | None = None) -> None:
        """Tasks with a title and a scope: T1, T2 …"""
        proposals = [{"title": title, "scope": [scope], "tier": tier} for title, scope in tasks]
        assert self.interlock("plan", "-", stdin=json.dumps({"tasks": proposals})).code == 0

    def close(self) -> None:
        """No pane is left."""
        self.tmux("kill-server")

    def _prepare(self, client: ClaudeClient, folder: Path) -> None:
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "claude").symlink_to(client.binary)
        client.answer_first_questions(self.repo)
        settings = client.home / ".claude" / "settings.json"
        settings.parent.mkdir(exist_ok=True)
        settings.write_text(json.dumps({"skipDangerousModePermissionPrompt": True}))
