"""A lead that stops while its teammates still have work in hand is asked once."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.tasks.update import update_task
from mcp_server.core.teams.lead import stops_before
from tests.workspace import Workspace, task


@pytest.fixture
def team(workspace: Workspace) -> tuple[int, int, int]:
    """A lead, alice, who holds T1, and bob, who holds nothing."""
    workspace.plan(task("T1", "src/**"), task("T2", "docs/**"))
    lead = workspace.recognise(Caller("s1", title="lead"))
    alice, bob = (workspace.recognise(Caller("s1", f"a{name}-{16 * '0'}", name, name)) for name in ("alice", "bob"))
    workspace.claimed(alice, "T1")
    return lead, alice, bob


def question(workspace: Workspace, lead: int) -> str:
    with workspace.store.writing() as books:
        return stops_before(books, lead)


def test_it_is_asked_about_each_claim_once(workspace: Workspace, team: tuple[int, int, int]) -> None:
    lead, alice, bob = team
    assert "your team has finished: lead/alice still works on T1. Answer or wake them" in question(workspace, lead)
    assert question(workspace, lead) == ""
    workspace.claimed(bob, "T2")
    with workspace.store.writing() as books:
        books.agents.is_idle(bob)
    assert "finished: lead/bob has stopped and still holds T2." in question(workspace, lead)
    update_task(workspace.place, alice, "T1", status="done")
    assert question(workspace, lead) == ""


def test_it_is_asked_about_a_plan_that_waits(workspace: Workspace, team: tuple[int, int, int]) -> None:
    lead, alice, _ = team
    with workspace.store.writing() as books:
        books.teams.expect(alice, lead, gated=True)
        books.teams.hand_in(alice, "T1", "first this")
    assert "lead/alice waits for you to approve its plan for T1 (`interlock approve T1`)" in question(workspace, lead)
    assert question(workspace, lead) == ""


def test_teammates_that_ended_and_those_without_work_are_no_reason(
    workspace: Workspace, team: tuple[int, int, int]
) -> None:
    lead, alice, bob = team
    workspace.leaves(f"s1/aalice-{16 * '0'}")
    assert question(workspace, lead) == ""
    assert question(workspace, alice) == question(workspace, bob) == ""
