"""What is spent on the real client: each agent's and each task's tokens are those that the model was paid for."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.steps import plan, spawn, tool, write
from tests.e2e.harness.team import TEAMS, Lead
from tests.e2e.harness.turns import Json, Turn, call, say, together

NAMES = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
TOTALS = ("inputTokens", "outputTokens", "cacheCreationInputTokens", "cacheReadInputTokens")
Tokens = tuple[int, ...]


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


def paid(messages: Iterable[Json]) -> Tokens:
    """What the model was paid for these."""
    found = [message["usage"] for message in messages]
    return tuple(sum(usage[name] for usage in found) for name in NAMES)


def interlock(repo: Path, *words: str) -> Json:
    """What a person is answered, as JSON."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "mcp_server"), *words, "--json"],
        cwd=repo,
        env={**kept, "LOGNAME": "pat"},
        capture_output=True,
        text=True,
        check=False,
    )
    answer: Json = json.loads(done.stdout)
    return answer


def shown(repo: Path, by: str = "agent") -> dict[str, Tokens]:
    parts = interlock(repo, "usage", "--by", by)["usage"]
    return {p["name"]: (p["input"], p["output"], p["cache_written"], p["cache_read"]) for p in parts}


def counted(repo: Path, name: str) -> Tokens:
    """What hooks have counted for an agent by now."""
    with sqlite3.connect(repo / ".git/interlock/state.db", timeout=20) as state:
        query = (
            "SELECT sum(input), sum(output), sum(cache_written), sum(cache_read) FROM usage u "
            "JOIN agent a ON a.id = u.agent WHERE a.name = ?"
        )
        [row] = state.execute(query, (name,)).fetchall()
    state.close()
    return tuple(number or 0 for number in row)


def all_written(client: ClaudeClient, messages: Iterable[Json]) -> bool:
    """Whether the client has written all of these into its transcripts."""
    written = "".join(file.read_text() for file in client.home.glob(".claude/projects/**/*.jsonl"))
    return all(f'"{message["id"]}"' in written for message in messages)


def after_the_claim(messages: list[Json]) -> list[Json]:
    """From the message that claims the task on."""
    claims = [any(block.get("name") == f"{TOOL}claim_task" for block in message["content"]) for message in messages]
    return messages[claims.index(True) :]


def workflow(prompt: str) -> Turn:
    script = (
        "export const meta = {name: 'try', description: 'Try', phases: [{title: 'One', detail: 'Try'}]}\n"
        f"phase('One')\nconst found = await agent('{prompt}', {{label: 'one'}})\nreturn found\n"
    )
    return call("Workflow", script=script)


def test_main_thread_subagents_workflow_compaction_and_resume_are_counted_exactly(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    model.script(
        "ALPHA",
        plan("src/auth/**"),
        tool("claim_task"),
        together(spawn("SUBONE works"), spawn("SUBTWO works")),
        workflow("WORKFLOWER works"),
        *[say("ALPHA goes on.")] * 20,
    )
    helpers = [
        model.script("SUBONE", write(repo / "src/auth/one.py"), call("Read", file_path="README.md"), say("One.")),
        model.script("SUBTWO", call("Bash", command="ls", description="Look"), say("Two.")),
        model.script("WORKFLOWER", write(repo / "src/auth/three.py"), say("Three.")),
    ]
    session = client.start(cwd=repo, plugin_dir=ROOT, name="alpha")
    session.ask("ALPHA begins")
    eventually(lambda: all(helper.finished for helper in helpers), "the end of all helpers", 120)
    session.ask("ALPHA, what now?")
    if client.version != "2.1.197":  # there the last response of a turn is counted at the session's end
        eventually(lambda: counted(repo, "alpha") == paid(model.given("ALPHA")), "all that was spent, at a turn's end")

    session.send("/compact")
    session.until(lambda event: event.get("subtype") == "compact_boundary")
    session.ask("ALPHA, and now?")
    ended = session.finish()
    with_summary = model.given("ALPHA")
    client.run("ALPHA, go on.", cwd=repo, plugin_dir=ROOT, resume=session.session_id)

    written = "".join(file.read_text() for file in client.home.glob(".claude/projects/*/*.jsonl"))
    main = model.given("ALPHA")
    in_no_transcript = [message for message in main if f'"{message["id"]}"' not in written]
    assert in_no_transcript  # the requests for the summary
    if client.version == "2.1.197":
        main = [message for message in main if message not in in_no_transcript]
    by_agent = shown(repo)
    names = ["SUBONE", "SUBTWO", "WORKFLOWER"]
    assert by_agent.pop("alpha") == paid(main)
    assert sorted(by_agent.values()) == sorted(paid(model.given(name)) for name in names)
    assert any("workflow" in name for name in by_agent)
    helped = [message for name in names for message in model.given(name)]
    assert shown(repo, "task")["T1"] == paid([*after_the_claim(main), *helped])
    inexact = interlock(repo, "usage")["inexact"]
    assert bool(inexact) == (client.version == "2.1.197"), inexact

    results = [event for event in ended.events if event["type"] == "result"]
    [own] = results[-1]["modelUsage"].values()
    assert tuple(own[name] for name in TOTALS) == paid([*with_summary, *helped])
    totals = [json.loads(line) for line in written.splitlines() if line.startswith('{"type":"cost-state"')]
    if totals:
        [last] = totals[-1]["modelUsage"].values()
        whole = interlock(repo, "usage")["whole"]
        assert tuple(last[name] for name in TOTALS) == tuple(
            whole[name] for name in ("input", "output", "cache_written", "cache_read")
        )


def test_a_teammate_and_a_background_session_are_counted_exactly(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    client.use(TEAMS)
    team = Lead(model, repo)
    lead = client.interactive(cwd=repo, plugin_dir=ROOT, name="lead", args=["--teammate-mode", "in-process"])
    lead.submit("LEAD begins")
    lead.wait_for("Planned.")
    lead.submit("Start alice.")
    assert team.idle.wait(90)  # her last response is being sent; the client that dies before it comes never counts it
    eventually(lambda: all_written(client, model.given("ALICE")), "all that alice was answered in her transcript")
    lead.hang_up()

    file = client.home / ".claude" / "settings.json"
    given = {name: client.env[name] for name in ("ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY")}
    file.write_text(json.dumps({"env": given, "skipDangerousModePermissionPrompt": True}))
    carl = model.script("CARL", tool("board"), call("Bash", command="ls", description="Look"), say("Seen."))
    options = ["--permission-mode", "bypassPermissions", "--plugin-dir", str(ROOT), "--name", "carl"]
    client.command("--bg", *options, "CARL begins", cwd=repo)
    eventually(lambda: carl.finished, "the end of the work in the background", 90)

    def all_of_carl() -> bool:
        return shown(repo).get("carl") == paid(model.given("CARL"))

    eventually(all_of_carl, "all that the background session spent", 15)
    by_agent = shown(repo)
    assert by_agent["lead"] == paid(model.given("LEAD"))
    assert by_agent["lead/alice"] == paid(model.given("ALICE"))
    assert shown(repo, "task")["T1"] == paid(after_the_claim(model.given("ALICE")))


def test_a_budget_that_is_used_up_by_one_response_stops_the_tools_of_the_next_but_one(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    limit = 1_500
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text(f"[budget]\nagent_tokens = {limit}\n")
    writes = [write(repo / f"src/auth/{number}.py") for number in range(10)]
    alpha = model.script(
        "ALPHA",
        plan("src/auth/**", "src/api/**"),
        tool("claim_task", task_id="T1"),
        *writes,
        spawn("SUBONE works"),
        call("Bash", command="git add src/auth && git commit -qm Half", description="Commit"),
        tool("update_task", task_id="T1", note="half is done"),
        tool("claim_task", task_id="T2"),
        *[say("I stop.")] * 4,
    )

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="alpha")

    given = model.given("ALPHA")
    crossed = next(number for number in range(len(given)) if sum(paid(given[: number + 1])[:3]) >= limit)
    calls = [block for message in given[crossed + 2 :] for block in message["content"]]
    later = {block["id"] for block in calls if block.get("name") in ("Write", "Agent")}
    results = [*alpha.results("Write"), *alpha.results("Agent")]
    assert [result.is_error for result in results] == sorted(result.is_error for result in results)
    refused = [result for result in results if result.is_error]
    assert later <= {result.tool_use_id for result in refused}
    assert 0 < len(refused) < len(results)
    assert all("the budget of alpha (" in result.text and "is used up" in result.text for result in refused)
    assert "the budget of alpha (" in alpha.context
    assert not alpha.results("Bash")[-1].is_error
    log = subprocess.run(["git", "log", "-1", "--format=%s"], cwd=repo, capture_output=True, text=True, check=True)
    assert log.stdout == "Half\n"
    last = alpha.result(f"{TOOL}claim_task").structured
    assert (last["granted"], last["reason"]) == (False, "budget")
    kinds = [event["kind"] for event in interlock(repo, "log")["events"]]
    assert kinds.count("budget_reached") == 1
    # Where the client writes several responses at once, they may step over the warning.
    assert kinds.count("budget_warned") == int("tokens) is nearly used up" in alpha.shown)
