"""Who keeps a claim on the real client: who works does, who is silent does not; a teammate that is woken goes on."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.state import has
from tests.e2e.harness.steps import plan, tool
from tests.e2e.harness.turns import Json, Step, announcing, call, say

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
    eventually(lambda: has(short, "alpha", "idle_at"), "the end of the turn")
    keeps_the_claim(short, "a command since ")
    second.touch()

    if not asks.wait(5):  # this client does not go on by itself when the command has ended
        alpha.submit("Go on.")
    alpha.wait_for("Do you want to proceed?")
    eventually(lambda: has(short, "alpha", "prompt_at"), "the hook that comes with the prompt")
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
