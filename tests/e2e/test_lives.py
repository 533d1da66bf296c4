"""Sessions that end, resume, are cleared or killed: a live one loses nothing, a dead one keeps nothing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.marketplace import published
from tests.e2e.harness.model import ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.steps import plan, tool, write
from tests.e2e.harness.turns import after, announcing, say


@pytest.fixture
def settled(client: ClaudeClient) -> None:
    settle(client.home)


@pytest.mark.usefixtures("settled")
def test_the_task_of_a_killed_session_is_taken_over_and_that_of_a_live_one_is_not(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    claimed, killed = threading.Event(), threading.Event()
    victim = model.script(
        "VICTIM",
        plan("src/auth/**"),
        tool("claim_task"),
        tool("update_task", task_id="T1", note="login is half done"),
        announcing(claimed, after(killed, say("never said"))),
    )
    successor = model.script(
        "SUCCESSOR",
        tool("claim_task", task_id="T1"),
        write(repo / "src/auth/successor.py"),
        tool("update_task", task_id="T1", status="done"),
        say("Done."),
    )
    dying = client.start("VICTIM begins", cwd=repo, plugin_dir=ROOT, name="victim")
    assert claimed.wait(90)
    first = model.script("FIRST", tool("claim_task", task_id="T1"), say("It is held."))
    client.run("FIRST begins", cwd=repo, plugin_dir=ROOT)
    dying.kill()
    killed.set()

    client.run("SUCCESSOR begins", cwd=repo, plugin_dir=ROOT, name="successor")

    assert first.result(f"{TOOL}claim_task").structured["holder"] == "victim"
    answer = successor.results(f"{TOOL}claim_task")[0].structured
    assert answer["granted"]
    assert answer["taken_from"] == "victim"
    assert answer["notes"][0]["text"] == "login is half done"
    assert (repo / "src/auth/successor.py").exists()
    assert victim.results(f"{TOOL}claim_task")[0].structured["granted"]


@pytest.mark.usefixtures("settled")
def test_a_resumed_session_finds_its_claim_again(client: ClaudeClient, model: ScriptedModel, repo: Path) -> None:
    again = model.script(
        "ALPHA",
        plan("src/auth/**", "src/api/**"),
        tool("claim_task"),
        say("To be continued."),
        say("As I said."),  # it has been asked what is to become of its claim
        write(repo / "src/auth/a.py"),
        write(repo / "src/api/a.py"),
        say("Done."),
    )

    session = client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT).session_id
    client.run("Go on.", cwd=repo, plugin_dir=ROOT, resume=session)

    own, outside = again.results("Write")
    assert "You hold T1" in again.context
    assert not own.is_error
    assert "lies outside your scope" in outside.text


@pytest.mark.usefixtures("settled")
def test_after_clear_it_is_the_same_agent_with_the_same_claim(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    model.script("ALPHA", plan("src/auth/**", "src/api/**"), tool("claim_task"), say("Claimed."), say("Claimed."))
    cleared = model.script(
        "CLEARED", write(repo / "src/auth/a.py"), write(repo / "src/api/a.py"), tool("board"), say("Done.")
    )

    session = client.start(cwd=repo, plugin_dir=ROOT, name="alpha")
    session.ask("ALPHA begins")
    session.send("/clear")
    session.ask("CLEARED goes on")
    session.finish()

    own, outside = cleared.results("Write")
    assert not own.is_error
    assert "lies outside your scope" in outside.text
    board = cleared.result(f"{TOOL}board").structured
    assert [agent["name"] for agent in board["agents"]] == ["alpha"]
    assert board["claims"][0]["holder"] == "alpha"


@pytest.mark.usefixtures("settled")
def test_a_session_that_resumes_after_its_task_was_taken_over_is_refused_until_it_was_told(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    late = model.script(
        "ALPHA",
        plan("src/auth/**"),
        tool("claim_task"),
        say("Later."),
        say("As I said."),  # it has been asked what is to become of its claim
        write(repo / "docs/early.md"),
        tool("board"),
        write(repo / "docs/late.md"),
        say("I see."),
    )
    model.script(
        "BRAVO", tool("claim_task", task_id="T1"), tool("update_task", task_id="T1", status="done"), say("Done.")
    )

    session = client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, name="alpha").session_id
    client.run("BRAVO begins", cwd=repo, plugin_dir=ROOT, name="bravo")
    client.run("It comes back.", cwd=repo, plugin_dir=ROOT, resume=session)

    refused, allowed = late.results("Write")
    assert "your claim on T1 was taken over by bravo" in refused.text
    assert "taken over by bravo" in late.result(f"{TOOL}board").structured["notice"]
    assert not allowed.is_error


def test_a_checkout_added_as_a_marketplace_works(client: ClaudeClient, model: ScriptedModel, repo: Path) -> None:
    settle(client.home, "interlock-interlock")
    alpha = model.script("ALPHA", plan("src/auth/**"), tool("claim_task"), write(repo / "src/api/new.py"), say("Done."))
    client.install_plugin(ROOT)

    client.run("ALPHA begins", cwd=repo)

    assert "lies outside your scope" in alpha.result("Write").text


def test_an_installed_copy_sets_itself_up_and_works(
    client: ClaudeClient, model: ScriptedModel, repo: Path, tmp_path: Path
) -> None:
    alpha = model.script(
        "ALPHA",
        plan("src/auth/**"),
        tool("claim_task"),
        write(repo / "src/auth/new.py"),
        write(repo / "src/api/new.py"),
        say("Done."),
    )
    client.install_plugin(published(ROOT, tmp_path / "market"))

    ended = client.run("ALPHA begins", cwd=repo)

    told = str(ended.events)  # which it is, machine and network decide
    assert "set up in" in told or "takes longer than usual and continues" in told
    inside, outside = alpha.results("Write")
    assert not inside.is_error
    assert "lies outside your scope" in outside.text
    [copy] = (client.home / ".claude/plugins/cache/interlock/interlock").iterdir()
    assert (copy / "hooks/hooks.json").exists()
