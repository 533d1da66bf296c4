"""A person is notified from beside the real client: when an agent waits for them, and when a task is blocked."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.processes import eventually
from tests.e2e.harness.steps import plan, tool
from tests.e2e.harness.turns import call, say


def test_a_prompt_and_a_blocked_task_notify_once_each_by_command_and_in_the_sessions_terminal(
    client: ClaudeClient, model: ScriptedModel, repo: Path, tmp_path: Path
) -> None:
    settle(client.home)
    said = tmp_path / "said"
    line = f'printf "%s %s\\n" "$INTERLOCK_KIND" "$INTERLOCK_SUBJECT" >>"{said}" #'
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text(f"[notify]\nterminal = true\ncommand = {json.dumps(line)}\n")
    model.script(
        "ALPHA",
        plan("src/auth/**"),
        tool("claim_task"),
        call("Bash", command="mkdir -p src/auth/made", description="Try"),
        tool("update_task", task_id="T1", status="blocked", note="a key"),
        *(say("I see.") for _ in range(3)),
    )
    rules = ["Bash(: waiting for:*)", "mcp__plugin_interlock_interlock"]
    args = ["--permission-mode", "default", "--allowedTools", ",".join(rules)]
    alpha = client.interactive(cwd=repo, plugin_dir=ROOT, name="alpha", args=args)
    alpha.submit("ALPHA begins")
    alpha.wait_for("Do you want to proceed?")
    eventually(lambda: said.exists() and "prompt alpha" in said.read_text(), "the notification of the prompt")

    alpha.escape()
    alpha.wait_for("Interrupted")
    alpha.submit("Go on.")
    eventually(lambda: "blocked T1" in said.read_text(), "the notification of the blocked task")

    assert sorted(said.read_text().splitlines()) == ["blocked T1", "prompt alpha"]
    assert b"\x1b]9;Interlock: repo: alpha waits for your answer" in alpha.raw
