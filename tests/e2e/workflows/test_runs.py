"""Workflows on the real client: a run outlives the session that works on it, and its script is one of the client's."""

from __future__ import annotations

import json
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

from tests.e2e.conftest import VERSIONS, clients_cache
from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.steps import tool, write
from tests.e2e.harness.turns import Request, Turn, after, announcing, call, say
from tests.e2e.test_command_line import by_person, typed

FLOW = """
description = "Two files, twice"
[[phases]]
name = "one"
for_each = { list = ["ITEMA", "ITEMB"] }
title = "Write {item}"
scope = ["src/{item}/**"]
gate = { command = "echo gate >> ../gates" }
[[phases]]
name = "two"
for_each = { phase = "one" }
title = "Look again at {item}"
scope = ["docs/{item}/**"]
"""


def commit_flow(repo: Path) -> None:
    """The workflow, as a person keeps it."""
    file = repo / ".claude/interlock/workflows/flow.toml"
    file.parent.mkdir(parents=True)
    file.write_text(FLOW)
    for words in (["add", ".claude"], ["commit", "--quiet", "--no-verify", "-m", "flow"]):
        subprocess.run(["git", "-C", str(repo), *words], check=True)


def until_granted(request: Request) -> Turn:
    """Ask for a task again and again: a gate may be on its way."""
    granted = [result for result in request.results if result.tool == f"{TOOL}claim_task"][-1].structured["granted"]
    if granted:
        return call("Bash", command=":", description="Go on")
    return replace(call(f"{TOOL}claim_task"), again=True)


def finished(request: Request) -> Turn:
    """Finish the task that was granted last."""
    claims = [result.structured for result in request.results if result.tool == f"{TOOL}claim_task"]
    return done(claims[-1]["task"]["id"])


def done(task: str) -> Turn:
    return call(f"{TOOL}update_task", task_id=task, status="done", note=f"{task} was done")


def test_a_session_that_is_killed_in_the_second_phase_is_followed_by_one_of_the_other_version(
    client: ClaudeClient, model: ScriptedModel, repo: Path, tmp_path: Path
) -> None:
    version = next(one for one in VERSIONS if one != client.version)
    other = ClaudeClient(clients_cache() / version / "claude", version, tmp_path / "other", model.url)
    settle(client.home)
    settle(other.home)
    commit_flow(repo)
    in_phase_two, never = threading.Event(), threading.Event()
    alpha = model.script(
        "ALPHA",
        typed("workflow start flow --yes"),
        tool("claim_task"),
        write(repo / "src/ITEMA/x.py"),
        done("T1"),
        tool("claim_task", task_id="T2"),
        done("T2"),
        tool("claim_task"),
        until_granted,
        announcing(in_phase_two, after(never, say("Never said."))),
    )
    session = client.start("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="ada")
    assert in_phase_two.wait(120), alpha.shown[-3000:]
    session.kill()
    never.set()
    held = json.loads(by_person(repo, client.home, "workflow", "status", "--json"))["runs"][0]
    beta = model.script(
        "BETA", tool("claim_task"), finished, tool("claim_task"), finished, tool("claim_task"), say("Done.")
    )
    try:
        other.run("BETA begins", cwd=repo, plugin_dir=ROOT, name="bob")
    finally:
        other.clean_up()

    assert "flow-1 has begun with phase one: 2 tasks" in alpha.results("Bash")[0].text + alpha.shown
    assert [phase["state"] for phase in held["phases"]] == ["passed", "open"]
    claims = [result.structured for result in beta.results(f"{TOOL}claim_task")]
    assert [one.get("task", {}).get("id") for one in claims] == ["T3", "T4", None], claims
    assert claims[0]["taken_from"] == "agent-1", "a session that typed before it was registered"
    [run] = json.loads(by_person(repo, client.home, "workflow", "status", "--json"))["runs"]
    assert (run["state"], [phase["tasks"]["done"] for phase in run["phases"]]) == ("done", [2, 2])
    assert (repo.parent / "gates").read_text() == "gate\n", "no gate was run twice"
    events = json.loads(by_person(repo, client.home, "log", "--json"))["events"]
    assert sorted(event["subject"] for event in events if event["kind"] == "done") == ["T1", "T2", "T3", "T4"]
    assert [event["detail"] for event in events if event["kind"] == "planned"] == ["2 tasks", "2 tasks"]


def test_the_script_that_is_exported_runs_on_the_client(client: ClaudeClient, model: ScriptedModel, repo: Path) -> None:
    settle(client.home)
    commit_flow(repo)
    script = by_person(repo, client.home, "workflow", "export", "flow")
    (repo / ".claude/workflows").mkdir()
    (repo / ".claude/workflows/flow.js").write_text(script)
    agents = [model.script(item, say("Written."), say("Looked.")) for item in ("ITEMA", "ITEMB")]
    gate = model.script(
        "gates",
        call("Bash", command="echo gate >> ../gates", description="Gate"),
        call("StructuredOutput", passed=True, output="ok"),
        say("Done."),
    )
    alpha = model.script("ALPHA", call("Workflow", name="flow"), say("It runs."), say("Done."), say("Done."))

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="ada")

    assert not alpha.result("Workflow").is_error, alpha.result("Workflow").text
    assert gate.finished or gate.requests, "the gate was asked for"
    for agent in agents:
        first, *_ = agent.requests
        assert "You may write only: src/" in first.opening
        last = agent.requests[-1]
        assert "The agents of the phase before reported" in last.opening
        assert "You may write only: docs/" in last.opening


def test_a_person_starts_a_workflow_by_its_skill_and_the_session_brings_it_to_its_end(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    settle(client.home)
    alpha = model.script(
        "ALPHA",
        typed("workflow start audit 'files=src/**' --yes"),
        tool("claim_task"),
        finished,
        tool("claim_task"),
        finished,
        tool("claim_task"),
        write(repo / "AUDIT.md", "Nothing was found.\n"),
        finished,
        say("The report is in AUDIT.md."),
    )
    beta = model.script("BETA", say("Hello."))

    client.run("/interlock:audit src/** ALPHA", cwd=repo, plugin_dir=ROOT, name="ada")
    client.run("BETA begins", cwd=repo, plugin_dir=ROOT, name="bob")

    assert "The user asked for this: src/** ALPHA" in alpha.shown
    assert "Audit every file that a pattern covers" not in beta.shown + beta.context, "it costs no session anything"
    assert (repo / "AUDIT.md").read_text() == "Nothing was found.\n"
    [run] = json.loads(by_person(repo, client.home, "workflow", "status", "--json"))["runs"]
    assert (run["id"], run["state"]) == ("audit-1", "done")
    assert "T1 was done" in by_person(repo, client.home, "workflow", "notes", "--phase", "read")
