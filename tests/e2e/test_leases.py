"""Who keeps a claim on the real client: who works does, who is silent does not; a teammate that is woken goes on."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.steps import plan, tool, write
from tests.e2e.harness.terminal import Terminal
from tests.e2e.harness.tmux_repo import FOR_THE_CLIENT
from tests.e2e.harness.turns import Json, Request, Step, Turn, announcing, call, once_offered, say

SILENT = 90.0


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


@pytest.fixture
def short(repo: Path) -> Path:
    """A repository in which a lease lasts a minute."""
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text("lease_minutes = 1\n")
    return repo


def falls_silent(repo: Path, seconds: float = SILENT) -> None:
    """Let everybody have been silent for so long, by the state's time and by the machine's."""
    with sqlite3.connect(repo / ".git/interlock/state.db", timeout=20) as state:
        state.execute(
            "UPDATE agent SET seen_at = seen_at - ?1, tick = tick - ?1, due_at = due_at - ?1, "
            "prompt_at = prompt_at - ?1, prompt_tick = prompt_tick - ?1, idle_at = idle_at - ?1",
            (seconds,),
        )
    state.close()


def ben(repo: Path, *words: str) -> Json:
    """What Ben is answered at his own terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
    environment = {**kept, "LOGNAME": "ben"}
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "mcp_server"), *words, "--json"],
        cwd=repo,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    answer: Json = json.loads(done.stdout)
    return answer


def keeps_the_claim(repo: Path, at: str) -> None:
    """Alpha is silent and keeps T1, since it is at work; the guard says the same as the claim."""
    falls_silent(repo)
    refused = ben(repo, "claim", "T1")
    assert (refused["granted"], refused.get("holder")) == (False, "alpha")
    assert at in refused["advice"]
    [path] = ben(repo, "check", "src/auth/new.py")["paths"]
    assert path["holder"] == "alpha"


def until(file: Path) -> str:
    """A command that takes until the file is there."""
    return f"python3 -c 'import os, time\nwhile not os.path.exists(\"{file}\"): time.sleep(0.05)'"


def test_a_command_one_in_the_background_and_a_prompt_keep_the_claim_and_idling_does_not(
    client: ClaudeClient, model: ScriptedModel, short: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    runs, waits, asks = (threading.Event() for _ in range(3))

    def bash(command: str, **more: bool) -> Step:
        return call("Bash", command=command, description="Try", **more)

    model.script(
        "ALPHA",
        plan("src/auth/**"),
        tool("claim_task"),
        announcing(runs, bash(until(first))),
        bash(until(second), run_in_background=True),
        announcing(waits, say("It runs.")),
        say("I wait for it."),  # it has been asked what is to become of its claim
        announcing(asks, bash("mkdir -p src/auth/made")),
        *(say("I see.") for _ in range(4)),
    )
    rules = ["Bash(python3:*)", "Bash(: waiting for:*)", "mcp__plugin_interlock_interlock"]
    args = ["--permission-mode", "default", "--allowedTools", ",".join(rules)]
    alpha = client.interactive(cwd=short, plugin_dir=ROOT, name="alpha", args=args)
    alpha.submit("ALPHA begins")

    assert runs.wait(90)
    eventually(lambda: _shells(first), "the command")
    keeps_the_claim(short, "a command since ")
    first.touch()

    assert waits.wait(60)
    alpha.wait_for("I wait for it.")
    eventually(lambda: _has(short, "alpha", "idle_at"), "the end of the turn")
    keeps_the_claim(short, "a command since ")
    second.touch()

    if not asks.wait(5):  # this client does not go on by itself when the command has ended
        alpha.submit("Go on.")
    alpha.wait_for("Do you want to proceed?")
    eventually(lambda: _has(short, "alpha", "prompt_at"), "the hook that comes with the prompt")
    keeps_the_claim(short, "at a permission prompt since ")

    alpha.escape()  # no hook runs for that
    eventually(lambda: _status(client) == "idle", "the end of the prompt")
    falls_silent(short)
    granted = ben(short, "claim", "T1")
    assert (granted["granted"], granted["taken_from"]) == (True, "alpha")


def _shells(file: Path) -> list[str]:
    """The processes of the command that waits for the file."""
    listed = subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in listed.splitlines() if line.startswith("python3 -c import os") and str(file) in listed]


def _status(client: ClaudeClient) -> str | None:
    found = [json.loads(file.read_text()) for file in (client.home / ".claude/sessions").glob("*.json")]
    return next((str(said.get("status")) for said in found), None)


class Lead:
    """A lead that starts the teammate alice once it has Interlock's tools, and wakes her when it is told to."""

    def __init__(self, model: ScriptedModel, repo: Path) -> None:
        self.idle, self.woken, self._told = threading.Event(), threading.Event(), False
        start = call("Agent", description="Work", prompt="ALICE works", subagent_type="general-purpose", name="alice")
        self.lead = model.script(
            "LEAD", plan("src/auth/**"), say("Planned."), once_offered(f"{TOOL}claim_task", start), *[self._next] * 12
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
        return call("SendMessage", to="alice", summary="Go on", message="Please go on.")


class Pane:
    """A lead in a tmux of its own, in which its teammates get panes."""

    def __init__(self, client: ClaudeClient, repo: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="il-"))  # a socket's path must be short
        (self._folder / "bin").mkdir()
        (self._folder / "bin" / "claude").symlink_to(client.binary)
        self._env = {**client.env, "TMUX_TMPDIR": str(self._folder), "TERM": "xterm-256color"}
        self._env["PATH"] = f"{self._folder}/bin:{client.env['PATH']}"
        client.answer_first_questions(repo)
        settings = client.home / ".claude" / "settings.json"
        settings.write_text(json.dumps({"skipDangerousModePermissionPrompt": True}))
        line = shlex.join([str(client.binary), *FOR_THE_CLIENT, "-n", "lead", "--teammate-mode", "tmux"])
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


@pytest.fixture(params=["in process", "in a pane"])
def start_lead(
    request: pytest.FixtureRequest, client: ClaudeClient, short: Path
) -> Iterator[Callable[[], Terminal | Pane]]:
    client.use({"CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS": "1"})
    panes: list[Pane] = []

    def start() -> Terminal | Pane:
        if request.param == "in process":
            return client.interactive(cwd=short, plugin_dir=ROOT, name="lead", args=["--teammate-mode", "in-process"])
        if shutil.which("tmux") is None:
            pytest.skip("tmux is not installed")
        panes.append(Pane(client, short))
        return panes[0]

    yield start
    for pane in panes:
        pane.close()


def test_a_teammate_that_was_idle_is_woken_and_goes_on_writing_in_its_scope(
    start_lead: Callable[[], Terminal | Pane], model: ScriptedModel, short: Path
) -> None:
    team = Lead(model, short)
    lead = start_lead()
    lead.submit("LEAD begins")
    eventually(lambda: _has(short, "lead", "idle_at"), "the plan, and the end of the turn")
    lead.submit("Start alice.")

    assert team.idle.wait(90)
    eventually(lambda: _has(short, "lead/alice", "idle_at"), "the end of her turn")
    refused = ben(short, "claim", "T1")
    assert (refused["granted"], refused.get("holder")) == (False, "lead/alice")
    lead.submit("WAKE her")

    assert team.woken.wait(60)
    assert [result.is_error for result in team.alice.results("Write")] == [False, False]
    assert (short / "src/auth/second.py").exists()
    assert "lead/alice" in [agent["name"] for agent in ben(short, "board")["agents"]]


def _has(repo: Path, name: str, column: str) -> bool:
    """Whether something is recorded of an agent, as hooks record it."""
    file = repo / ".git/interlock/state.db"
    if not file.exists():
        return False
    with sqlite3.connect(file, timeout=20) as state:
        query = f"SELECT count(*) FROM agent WHERE name = ? AND {column} IS NOT NULL"  # noqa: S608  a name of ours
        [found] = state.execute(query, (name,)).fetchone()
    state.close()
    return bool(found)
