"""Sessions on the real client: claims are exclusive, scopes are enforced, refusals explain themselves."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import Conversation, ScriptedModel
from tests.e2e.harness.plugin import ROOT, TOOL, settle
from tests.e2e.harness.steps import plan, spawn, tool, tool_at, write
from tests.e2e.harness.turns import after, announcing, meeting, say, together


@pytest.fixture(autouse=True)
def settled(client: ClaudeClient) -> None:
    settle(client.home)


def test_an_edit_outside_the_claimed_scope_is_blocked_and_one_inside_is_made(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    alpha = model.script(
        "ALPHA",
        plan("src/auth/**", "src/api/**"),
        tool("claim_task"),
        write(repo / "src/auth/new.py"),
        write(repo / "src/api/new.py"),
        tool("update_task", task_id="T1", status="done"),
        say("Done."),
    )

    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT)

    assert alpha.result(f"{TOOL}plan_tasks").structured["ready"] == ["T1", "T2"]
    claim = alpha.result(f"{TOOL}claim_task").structured
    assert (claim["granted"], claim["scope"]) == (True, ["src/auth/**"])
    inside, outside = alpha.results("Write")
    assert (repo / "src/auth/new.py").read_text() == "mine\n"
    assert not inside.is_error
    assert not (repo / "src/api/new.py").exists()
    assert "src/api/new.py lies outside your scope: T1 covers src/auth/**" in outside.text
    assert alpha.result(f"{TOOL}update_task").structured["task"]["status"] == "done"


def test_of_two_sessions_that_claim_the_same_task_one_gets_it_and_only_it_may_write(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    planned, together_now, tried = threading.Event(), threading.Barrier(2), threading.Barrier(2)
    claim = tool_at(together_now, "claim_task", task_id="T1")
    done = say("Done.")
    alpha = model.script(
        "ALPHA", plan("src/auth/**"), announcing(planned, claim), write(repo / "src/auth/one.py"), meeting(tried, done)
    )
    bravo = model.script("BRAVO", after(planned, claim), write(repo / "src/auth/two.py"), meeting(tried, done))

    sessions = [
        client.start(f"{name} begins", cwd=repo, plugin_dir=ROOT, name=name.lower()) for name in ("ALPHA", "BRAVO")
    ]
    for session in sessions:
        session.finish()

    answers = {side.marker: side.result(f"{TOOL}claim_task").structured for side in (alpha, bravo)}
    winners = [name for name, answer in answers.items() if answer["granted"]]
    assert len(winners) == 1
    loser = "BRAVO" if winners == ["ALPHA"] else "ALPHA"
    assert (answers[loser]["reason"], answers[loser]["holder"]) == ("held", winners[0].lower())
    written = {"ALPHA": repo / "src/auth/one.py", "BRAVO": repo / "src/auth/two.py"}
    assert written[winners[0]].exists()
    assert not written[loser].exists()
    refused = (alpha if loser == "ALPHA" else bravo).result("Write").text
    assert f"is held by {winners[0].lower()}: task T1" in refused


def test_two_subagents_of_one_session_hold_different_scopes(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    claimed, tried = threading.Barrier(2), threading.Barrier(2)

    def worker(marker: str, task: str, own: Path, other: Path) -> Conversation:
        return model.script(
            marker,
            tool("claim_task", task_id=task),
            meeting(claimed, write(own)),
            write(other),
            meeting(tried, tool("update_task", task_id=task, status="done")),
            say("Done."),
        )

    auth, api = repo / "src/auth/sub.py", repo / "src/api/sub.py"
    lead = model.script(
        "LEAD", plan("src/auth/**", "src/api/**"), together(spawn("WORKERA goes"), spawn("WORKERB goes"))
    )
    first = worker("WORKERA", "T1", auth, repo / "src/api/foreign.py")
    second = worker("WORKERB", "T2", api, repo / "src/auth/foreign.py")

    client.run("LEAD begins", cwd=repo, plugin_dir=ROOT, name="lead")

    for side, holder in ((first, "T1"), (second, "T2")):
        assert side.result(f"{TOOL}claim_task").structured["granted"], holder
        own, foreign = side.results("Write")
        assert not own.is_error
        assert foreign.is_error
        assert "is held by lead/general-purpose-" in foreign.text
    assert auth.read_text() == api.read_text() == "mine\n"
    assert lead.results("Agent")


def test_a_persons_own_session_without_a_claim_writes_what_nobody_holds(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    held, tried = threading.Event(), threading.Event()
    holder = model.script(
        "HOLDER", plan("src/auth/**"), tool("claim_task"), announcing(held, after(tried, say("Done.")))
    )
    person = model.script(
        "PERSON",
        after(held, write(repo / "src/api/free.py")),
        write(repo / "src/auth/held.py"),
        announcing(tried, say("Done.")),
    )

    working = client.start("HOLDER begins", cwd=repo, plugin_dir=ROOT, name="billing")
    client.run("PERSON begins", cwd=repo, plugin_dir=ROOT)
    working.finish()

    free, refused = person.results("Write")
    assert not free.is_error
    assert (repo / "src/api/free.py").exists()
    assert "is held by billing: task T1" in refused.text
    assert not (repo / "src/auth/held.py").exists()
    assert holder.finished


def test_a_session_is_told_at_its_start_who_it_is_and_what_is_held(
    client: ClaudeClient, model: ScriptedModel, repo: Path
) -> None:
    held, told = threading.Event(), threading.Event()
    model.script(
        "HOLDER", plan("src/auth/**", "docs/**"), tool("claim_task"), announcing(held, after(told, say("Done.")))
    )
    newcomer = model.script("NEWCOMER", announcing(told, say("Hello.")))

    working = client.start("HOLDER begins", cwd=repo, plugin_dir=ROOT, name="billing")
    assert held.wait(90)
    client.run("NEWCOMER begins", cwd=repo, plugin_dir=ROOT, name="docs")
    working.finish()

    assert 'You are "docs" in Interlock' in newcomer.context
    assert "billing: T1 src/auth/**" in newcomer.context
    assert "Ready: T2" in newcomer.context
    assert "You hold no task" in newcomer.context


def test_nobody_is_asked_whether_agents_may_coordinate(client: ClaudeClient, model: ScriptedModel, repo: Path) -> None:
    coordinating = [
        tool("board"),
        plan("src/auth/**"),
        tool("claim_task"),
        tool("scope_check", paths=["src/auth/new.py"]),
        tool("lock_resource", resource="port:3000"),
        tool("unlock_resource", resource="port:3000"),
        tool("write_state", kind="learning", text="make needs node 20"),
        tool("read_state"),
        tool("send_message", to="all", subject="The port is free"),
        tool("read_messages"),
        tool("update_task", task_id="T1", status="done"),
    ]
    alpha = model.script("ALPHA", *coordinating, say("Done."))

    # Nobody is there to be asked: what is not approved is denied.
    client.run("ALPHA begins", cwd=repo, plugin_dir=ROOT, args=["--permission-mode", "default"])

    assert [result.text for result in alpha.results() if result.is_error] == []
    assert len(alpha.results()) == len(coordinating)
    assert alpha.result("board").structured["reason"] == "not_in_use"
