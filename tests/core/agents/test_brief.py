"""The briefing: what an agent needs to know when it starts, always short."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.brief import LONGEST, briefing
from mcp_server.core.agents.register import Caller
from mcp_server.core.leases import lock
from mcp_server.core.shared_state import write
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse
from mcp_server.tools.instructions import INSTRUCTIONS
from tests.workspace import LEASE, Workspace, task


def brief(workspace: Workspace, agent_id: int) -> str:
    with workspace.store.reading() as books:
        return briefing(books, books.agents.get(agent_id))


def test_the_briefing_of_a_new_agent_has_its_name_no_claims_and_how_to_work(workspace: Workspace) -> None:
    said = brief(workspace, workspace.agent("ada"))
    assert 'You are "ada"' in said
    assert "You hold no task." in said
    assert "Nobody else holds anything." in said
    for tool in ("claim_task", "scope_check", "update_task"):
        assert tool in said


def test_the_briefing_lists_own_claims_others_claims_and_ready_tasks(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"), task("B", "lib/**"), task("C", "docs"), task("D", "etc", depends_on=["C"]))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    lock.lock_resource(workspace.place, bob, "staging-db")
    said = brief(workspace, ada)
    assert "You hold A (Work on A): src/**" in said
    assert "- bob: B lib/**, since 2027-01-15T08:00:00Z" in said
    assert "- bob: staging-db (a resource)" in said
    assert "Ready: C Work on C" in said
    assert "Work on D" not in said


def test_the_briefing_of_a_subagent_names_its_parents_scope(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"), task("B", "src/b"))
    workspace.claimed(workspace.agent("ada"), "A")
    sub = workspace.subagent("ada", "x1")
    assert "You work in the scope of the agent that started you: A: src/**" in brief(workspace, sub)
    assert "Nobody else holds anything." in brief(workspace, sub)
    workspace.claimed(sub, "B")
    assert "You hold B (Work on B): src/b" in brief(workspace, sub)


def test_the_briefing_of_an_agent_that_is_kept_to_a_role_names_it_instead_of_a_scope(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    workspace.claimed(workspace.agent("ada"), "A")
    said = brief(workspace, workspace.subagent("ada", "x1", kind="interlock:tester"))
    assert "You were started as interlock:tester, a tester (runs commands and tests, and edits nothing)." in said
    assert "You hold no task." in said
    assert "src/**" not in said
    assert "You work in the scope" in brief(workspace, workspace.subagent("ada", "x2", kind="interlock:writer"))


def test_expired_leases_of_others_are_not_listed(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    workspace.claimed(workspace.agent("ada"), "A")
    workspace.clock.advance(LEASE)
    assert "Nobody else holds anything." in brief(workspace, workspace.agent("bob"))


def test_unread_messages_are_counted(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    assert "unread" not in brief(workspace, bob)
    write.send_message(workspace.place, ada, "bob", "hello")
    assert "1 unread message: read_messages." in brief(workspace, bob)


@pytest.mark.parametrize("letter", ["x", "é", "\N{SNAKE}"])
def test_with_the_instructions_it_is_never_longer_than_1500_characters(workspace: Workspace, letter: str) -> None:
    long = letter * 90
    proposals = [
        task(f"{number}{long}", *(f"{number}{long}/{part}" for part in range(20)), resources=[f"{number}{long}"])
        for number in range(40)
    ]
    workspace.plan(*proposals)
    agents = [workspace.recognise(Caller(f"s-{number}", title=f"{number}{long}")) for number in range(12)]
    for agent_id in agents:
        for _ in range(3):
            workspace.claimed(agent_id)
        write.send_message(workspace.place, agent_id, "all", long)
    sub = workspace.recognise(Caller("s-0", "x1", long))
    for agent_id in (agents[0], sub):
        said = brief(workspace, agent_id)
        assert len(said) <= LONGEST
        assert LONGEST + len(INSTRUCTIONS) <= 1_500
        assert said.startswith("You are ")
        assert said.endswith("(tools: mcp__plugin_interlock_interlock__…).")


@pytest.mark.parametrize(
    ("mode", "said"),
    [("enforce", "are blocked"), ("warn", "The guard only warns"), ("off", "The guard is switched off")],
)
def test_what_becomes_of_edits_is_said_as_the_mode_has_it(workspace: Workspace, mode: str, said: str) -> None:
    workspace.policy = Policy(mode, "allow", parse([]))
    told = brief(workspace, workspace.agent("ada"))
    assert said in told
    assert ("blocked" in told) is (mode == "enforce")
