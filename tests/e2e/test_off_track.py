"""An agent in circles on the real client: it is told at the third same failure, and asked to stop at the fourth."""

from __future__ import annotations

import json
from pathlib import Path

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, settle
from tests.e2e.harness.steps import plan, tool, write
from tests.e2e.harness.turns import call, say
from tests.e2e.test_command_line import by_person

FAIL = call("Bash", command="python3 -m unittest src/auth/nothing.py", description="Test")
LOOK = call("Bash", command="cat src/auth/login.py", description="Look")


def test_it_is_told_what_repeats_itself_and_then_asked_to_stop_and_a_fresh_start_knows_it(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    settle(client.home)
    outside = write(repo / "docs.md", "no\n")
    alpha = model.script(
        "ALPHA",
        plan("src/auth/**"),
        tool("claim_task", task_id="T1"),
        FAIL,
        write(repo / "src/auth/fix.py", "x = 1\n"),
        *(FAIL, LOOK, FAIL, LOOK, FAIL),
        *(outside, outside, outside, LOOK),
        tool("update_task", task_id="T1", status="released", note="unittest wants a module"),
        say("Done."),
    )
    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="ada")

    assert alpha.shown.count("you may be going in circles") == 1
    assert "failed 3 times in the same way" in alpha.shown, "the edit before broke the row"
    assert alpha.shown.count("you go on in circles: 3 of your writes outside your scope were refused") == 1
    events = json.loads(by_person(repo, client.home, "log", "--json"))["events"]
    assert [event["subject"] for event in events if event["kind"] == "off_track"] == ["T1"]
    brief = by_person(repo, client.home, "restart", "T1")
    for words in ("unittest wants a module", "it failed 4 times in the same way", "Writing outside the scope: docs.md"):
        assert words in brief
