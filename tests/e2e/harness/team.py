"""A team of the real client: a lead that starts teammates in its own process, or in panes of a tmux."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.steps import plan, tool, write
from tests.e2e.harness.turns import Request, Turn, announcing, call, once_offered, say

TEAMS = {"CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS": "1"}


def teammate(name: str, prompt: str) -> Turn:
    """A teammate is started."""
    return call("Agent", description="Work", prompt=prompt, subagent_type="general-purpose", name=name)


def wake(name: str) -> Turn:
    """A teammate is sent a message."""
    return call("SendMessage", to=name, summary="Go on", message="Please go on.")


class Lead:
    """A lead that starts the teammate alice for T1 once it has Interlock's tools, and wakes her when it is told to."""

    def __init__(self, model: ScriptedModel, repo: Path) -> None:
        self.idle, self.woken, self._told = threading.Event(), threading.Event(), False
        self.lead = model.script(
            "LEAD",
            plan("src/auth/**"),
            say("Planned."),
            once_offered(f"{TOOL}claim_task", teammate("alice", "ALICE works on T1")),
            *[self._next] * 12,
        )
        self.alice = model.script(
            "ALICE",
            tool("claim_task", task_id="T1"),
            write(repo / "src/auth/first.py"),
            say("So far."),
            announcing(self.idle, say("Still so far.")),  # she has been asked what is to become of her claim
            write(repo / "src/auth/second.py"),
            announcing(self.woken, say("Done.")),
            *[say("Done.")] * 3,
        )

    def _next(self, request: Request) -> Turn:
        if self._told or "WAKE" not in request.shown:
            return say("I see.")
        self._told = True
        return wake("alice")


class Pane:
    """A lead in a tmux of its own, in which its teammates get panes."""

    def __init__(self, client: ClaudeClient, repo: Path, mode: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="il-"))  # a socket's path must be short
        (self._folder / "bin").mkdir()
        (self._folder / "bin" / "claude").symlink_to(client.binary)
        self._env = {**client.env, "TMUX_TMPDIR": str(self._folder), "TERM": "xterm-256color"}
        self._env["PATH"] = f"{self._folder}/bin:{client.env['PATH']}"
        client.answer_first_questions(repo)
        settings = client.home / ".claude" / "settings.json"
        settings.write_text(json.dumps({"skipDangerousModePermissionPrompt": True, "permissions": {"allow": ["Bash"]}}))
        words = ["--plugin-dir", str(ROOT), "--permission-mode", mode, "-n", "lead", "--teammate-mode", "tmux"]
        line = shlex.join([str(client.binary), *words])
        self._tmux("new-session", "-d", "-s", "lead", "-x", "180", "-y", "50", "-c", str(repo), line)

    def submit(self, text: str) -> None:
        """Type it into the lead's pane."""
        eventually(lambda: "\u276f" in self._screen(), "the input line")
        self._tmux("send-keys", "-t", "lead:0.0", "-l", text)
        eventually(lambda: text in self._screen(), "what was typed")
        self._tmux("send-keys", "-t", "lead:0.0", "Enter")

    def close(self) -> None:
        """No pane is left."""
        self._tmux("kill-server")
        shutil.rmtree(self._folder, ignore_errors=True)

    def _screen(self) -> str:
        return self._tmux("capture-pane", "-p", "-t", "lead:0.0")

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(["tmux", *words], env=self._env, capture_output=True, text=True, check=False)
        return done.stdout
