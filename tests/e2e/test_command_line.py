"""The command line in an agent's shell on the real client: it acts as that agent, and a person's acts are refused."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.steps import plan, spawn, tool
from tests.e2e.harness.turns import Turn, call, say

INTERLOCK = ROOT / "bin" / "interlock"
HIDDEN = '["interlock", "mo" + "de", "off"]'
"""What the text does not say, the command line finds out."""
PERSONS = [
    "mode off",
    "release T1 --force",
    "unlock port --force",
    "git-hook uninstall",
    "worktree remove spare --force",
]


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


def typed(words: str, *, before: str = "") -> Turn:
    """A model's call of the command line in Bash."""
    return call("Bash", command=f"{before}{INTERLOCK} {words}", description="Interlock")


def by_person(repo: Path, home: Path, *words: str) -> str:
    """What a person's terminal shows."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
    done = subprocess.run(
        [INTERLOCK, *words], cwd=repo, env=environment | {"HOME": str(home)}, check=True, capture_output=True, text=True
    )
    return done.stdout


def test_a_persons_acts_are_refused_in_a_session_and_logged(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    by_person(repo, client.home, "init")
    by_person(repo, client.home, "worktree", "add", "spare")
    by_person(repo, client.home, "git-hook", "install")
    by_person(repo, client.home, "lock", "port")
    alpha = model.script(
        "ALPHA",
        plan("src/auth/**"),
        *(typed(words) for words in PERSONS),
        typed("mode off", before="env -u CLAUDE_CODE_SESSION_ID "),
        typed("claim --as ada"),
        call("Bash", command=f"python3 -c 'import os; os.execv(\"{INTERLOCK}\", {HIDDEN})'", description="Interlock"),
        say("Done."),
    )

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="alpha")

    # The model waits for the server with empty commands.
    refused = [result.text for result in alpha.results("Bash") if "no output" not in result.text]
    assert len(refused) == len(PERSONS) + 3
    for text in refused[: len(PERSONS) + 1]:
        assert "Only a person may do this: `interlock " in text
    assert "only a person may do this, and you are alpha; nothing was changed" in refused[-1]
    assert "you are alpha: in a session --as can't be used" in refused[len(PERSONS) + 1]
    assert by_person(repo, client.home, "mode") == "mode enforce\n"
    board = json.loads(by_person(repo, client.home, "board", "--json"))
    assert [lock["resource"] for lock in board["locks"]] == ["port"]
    assert [task["status"] for task in board["tasks"]] == ["todo"]
    assert "spare" in by_person(repo, client.home, "worktree", "list")
    events = json.loads(by_person(repo, client.home, "log", "--json"))["events"]
    logged = [event["subject"] for event in events if (event["kind"], event.get("agent")) == ("refused", "alpha")]
    assert len(logged) == len(PERSONS) + 2


def test_in_a_subagents_shell_it_acts_as_the_subagent(client: ClaudeClient, model: ScriptedModel, repo: Path) -> None:
    worker = model.script("WORKER", typed("claim T2 --json"), tool("board"), say("Done."))
    lead = model.script(
        "LEAD",
        plan("src/auth/**", "src/api/**"),
        typed("claim T1 --json"),
        spawn("WORKER goes"),
        typed("done T1 --json"),
        say("Done."),
        say("Done."),
    )

    client.run("LEAD begins", cwd=repo, plugin_dir=ROOT, name="lead")

    assert json.loads(worker.result("Bash").text)["granted"]
    board = json.loads(next(result for result in worker.results() if result.tool.endswith("board")).text)
    holders = {task["id"]: task.get("holder") for task in board["tasks"]}
    assert holders["T2"].startswith("lead/")
    assert json.loads(lead.results("Bash")[-1].text)["task"]["status"] == "done"
