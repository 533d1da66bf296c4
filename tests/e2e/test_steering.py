"""What a person steers on the real client: a review from the question to the merge, and an agent in circles."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.steps import plan, tool, write
from tests.e2e.harness.turns import after, announcing, call, say
from tests.e2e.test_command_line import by_person, typed

COMMIT = call("Bash", command="git add src/auth && git commit --quiet -m work", description="Commit")
FAIL = call("Bash", command="python3 -m unittest src/auth/nothing.py", description="Test")
READ = call("Bash", command="cat src/auth/login.py", description="Read")
LOOK = call("Bash", command="git log --oneline", description="Look")


def test_a_review_is_rejected_with_a_reason_that_its_author_reads_at_its_next_step_and_then_approved_with_a_merge(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    settle(client.home)
    model.script("PLANNER", plan("src/auth/**"), say("Planned."))
    client.run("PLANNER begins", cwd=repo, plugin_dir=ROOT, name="planner")
    tree = Path(json.loads(by_person(repo, client.home, "worktree", "add", "T1", "--json"))["path"])
    asked, rejected = threading.Event(), threading.Event()
    again, approved = threading.Event(), threading.Event()
    file = tree / "src/auth/new.py"
    ada = model.script(
        "ALPHA",
        tool("claim_task", task_id="T1"),
        write(file, "x = 1\n"),
        COMMIT,
        tool("update_task", task_id="T1", status="review", note="I ran the tests"),
        write(tree / "src/auth/more.py", "never written\n"),
        typed("approve T1 --merge"),
        announcing(asked, after(rejected, LOOK)),
        tool("claim_task", task_id="T1"),
        write(tree / "src/auth/better.py", "x = 2\n"),
        COMMIT,
        tool("update_task", task_id="T1", status="review"),
        announcing(again, after(approved, LOOK)),
        say("Done."),
    )
    session = client.start("ALPHA begins", cwd=tree, plugin_dir=ROOT, name="ada")
    assert asked.wait(120)
    [waiting] = json.loads(by_person(repo, client.home, "review", "--json"))["waiting"]
    assert "+x = 1" in by_person(repo, client.home, "review", "T1")
    by_person(repo, client.home, "reject", "T1", "-m", "there is no second value")
    rejected.set()
    assert again.wait(120)
    done = json.loads(by_person(repo, client.home, "approve", "T1", "--merge", "--json"))
    approved.set()
    session.finish()

    assert (waiting["author"], waiting["changes"]["files"], waiting["notes"][-1]["text"]) == (
        "ada",
        1,
        "I ran the tests",
    )
    assert not (tree / "src/auth/more.py").exists()
    assert "waits for review" in ada.results("Write")[1].text, "its author writes there no more"
    [refused] = [result.text for result in ada.results("Bash") if "only a person may do this" in result.text]
    assert "interlock approve T1 --merge" in refused
    assert ada.shown.count("T1 was rejected by") == 1, "at its next step, unasked"
    assert "there is no second value" in ada.results(f"{TOOL}claim_task")[-1].structured["notes"][-1]["text"]
    assert (done["approved"], done["merge"]["merged"]) == (True, True)
    assert (repo / "src/auth/better.py").read_text() == "x = 2\n"
    assert "T1 was approved by" in ada.shown
    log = subprocess.run(["git", "log", "--format=%s"], cwd=repo, check=True, capture_output=True, text=True).stdout
    assert log.count("work\n") == 2


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
        *(FAIL, READ, FAIL, READ, FAIL),
        *(outside, outside, outside, READ),
        tool("update_task", task_id="T1", status="released", note="unittest wants a module"),
        say("Done."),
    )
    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="ada")

    assert alpha.shown.count("you may be going in circles") == 1
    assert "failed 3 times in the same way" in alpha.shown, "the edit before broke the row"
    assert alpha.shown.count("you are still going in circles: 3 writes outside the scope were refused") == 1
    events = json.loads(by_person(repo, client.home, "log", "--json"))["events"]
    assert [event["subject"] for event in events if event["kind"] == "off_track"] == ["T1"]
    brief = by_person(repo, client.home, "restart", "T1")
    for words in ("unittest wants a module", "it failed 4 times in the same way", "Writing outside the scope: docs.md"):
        assert words in brief
