"""What agents share on the real client: messages are shown unasked, and work continues where another left it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.steps import plan, tool, write
from tests.e2e.harness.turns import after, announcing, call, say


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


LOOK = call("Bash", command="git status --short", description="Look")


def test_a_message_is_shown_to_the_other_model_at_its_next_step(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    there, sent = threading.Event(), threading.Event()
    reader = model.script("READER", tool("board"), announcing(there, after(sent, LOOK)), LOOK, say("Done."))
    writer = model.script(
        "WRITER",
        after(there, tool("send_message", to="reader", subject="use the new API", body="it is in src/api")),
        announcing(sent, say("Done.")),
    )
    plan_first = model.script("PLANNER", plan("src/auth/**"), say("Planned."))
    client.run("PLANNER begins", cwd=repo, plugin_dir=ROOT, name="planner")

    reading = client.start("READER begins", cwd=repo, plugin_dir=ROOT, name="reader")
    client.run("WRITER begins", cwd=repo, plugin_dir=ROOT, name="writer")
    reading.finish()

    assert plan_first.finished
    assert writer.result(f"{TOOL}send_message").structured["delivered_to"] == ["reader"]
    assert reader.shown.count("Message from writer: use the new API\nit is in src/api") == 1


def test_the_task_of_a_killed_session_is_continued_by_another_that_is_shown_what_it_did(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    begun, killed = threading.Event(), threading.Event()
    model.script(
        "VICTIM",
        plan("src/auth/**"),
        tool("claim_task"),
        write(repo / "src/auth/half.py", "def half(\n"),
        call("Bash", command="python3 -m pytest -q src/auth/half.py", description="Test"),
        call("Bash", command="git add src/auth && git commit -qm 'Half a function'", description="Commit"),
        announcing(begun, after(killed, say("never said"))),
    )
    successor = model.script("SUCCESSOR", tool("claim_task", task_id="T1"), say("I go on."), say("Later."))
    dying = client.start("VICTIM begins", cwd=repo, plugin_dir=ROOT, name="victim")
    assert begun.wait(90)
    dying.kill()
    killed.set()

    client.run("SUCCESSOR begins", cwd=repo, plugin_dir=ROOT, name="successor")

    [note, found] = successor.results(f"{TOOL}claim_task")[0].structured["notes"]
    assert note["author"] == "victim"
    assert found["text"].endswith("Half a function.")
    assert "Edited: src/auth/half.py." in note["text"]
    assert "Its last test run failed: `python3 -m pytest -q src/auth/half.py`." in note["text"]


def test_a_stop_with_an_unfinished_claim_is_asked_about_once(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    alpha = model.script(
        "ALPHA", plan("src/auth/**"), tool("claim_task"), say("I stop."), say("I stop all the same."), say("never said")
    )

    ended = client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT)

    assert ended.result == "I stop all the same."
    assert "Interlock: you still hold T1" in alpha.shown
    assert "systemMessage" not in alpha.shown, "some clients show the hook's command line beside its reason"
    assert not alpha.finished, "it was not asked a second time"


def test_a_compacted_session_keeps_its_claim_and_a_checkpoint(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    alpha = model.script(
        "ALPHA",
        plan("src/auth/**", "src/api/**"),
        tool("claim_task"),
        write(repo / "src/auth/a.py"),
        say("So far."),
        say("Still mine."),
        say("<summary>GOESON with the work on src/auth</summary>"),  # what the client asks for to compact
    )
    goes_on = model.script(
        "GOESON",
        write(repo / "src/auth/b.py"),
        write(repo / "src/api/b.py"),
        tool("claim_task", task_id="T1"),
        say("Done."),
    )

    session = client.start(cwd=repo, plugin_dir=ROOT, name="alpha")
    session.ask("ALPHA begins")
    session.send("/compact")
    session.ask("Go on.")
    session.finish()

    assert alpha.finished
    own, outside = goes_on.results("Write")
    assert not own.is_error
    assert "lies outside your scope" in outside.text
    [note] = goes_on.result(f"{TOOL}claim_task").structured["notes"]
    assert note["text"] == "(kept by Interlock: before its memory was compacted) Edited: src/auth/a.py."
