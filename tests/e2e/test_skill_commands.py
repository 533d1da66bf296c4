"""Commands in the text of a skill: judged before they run where the client announces them, and no harm elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.steps import plan, tool, write
from tests.e2e.harness.turns import call, say

SKILL = """---
name: touching
description: Touches files.
allowed-tools: Bash
---
!`touch src/auth/ours.py`
!`touch src/api/theirs.py`
"""


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


def test_a_skills_command_is_judged_where_the_client_announces_it(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    skill = repo / ".claude/skills/touching/SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text(SKILL)
    alpha = model.script(
        "ALPHA",
        plan("src/auth/**"),
        tool("claim_task"),
        call("Skill", skill="touching"),
        write(repo / "src/api/other.py"),
        say("Done."),
        say("Done."),
    )

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="alpha")

    assert json.loads(alpha.result(f"{TOOL}claim_task").text)["granted"]
    assert alpha.result("Write").is_error, "the other hooks work, whatever the client knows"
    if client.version == "2.1.197":
        assert (repo / "src/api/theirs.py").exists(), "this client announces no such command"
        return
    assert not (repo / "src/api/theirs.py").exists()
    assert "lies outside your scope" in alpha.shown + alpha.context
