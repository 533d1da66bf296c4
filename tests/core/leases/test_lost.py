"""An agent is notified once of what it lost."""

from __future__ import annotations

from mcp_server.core.leases.lost import notify_losses
from tests.workspace import LEASE, Workspace, task


def told(workspace: Workspace, agent_id: int) -> str | None:
    with workspace.store.writing() as books:
        return notify_losses(books, books.agents.get(agent_id))


def lose(workspace: Workspace) -> tuple[int, int]:
    """Ada loses A and B to Bob; her subagent holds nothing of its own."""
    workspace.plan(task("A", "a"), task("B", "b"))
    ada = workspace.agent("ada")
    sub = workspace.subagent("ada", "x1")
    workspace.claimed(ada, "A")
    workspace.claimed(ada, "B")
    workspace.clock.advance(LEASE)
    bob = workspace.agent("bob")
    workspace.claimed(bob, "A")
    workspace.claimed(bob, "B")
    return ada, sub


def test_an_agent_that_lost_nothing_is_not_notified(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    before = workspace.dump()
    assert told(workspace, ada) is None
    assert workspace.dump() == before


def test_all_losses_are_reported_once(workspace: Workspace) -> None:
    ada, _ = lose(workspace)
    said = told(workspace, ada)
    assert said is not None
    assert "A was taken over by bob at 2027-01-15T08:30:00Z" in said
    assert "B was taken over by bob" in said
    assert told(workspace, ada) is None
    assert workspace.rule(ada, "c") == "free"


def test_a_subagent_is_notified_of_its_parents_losses(workspace: Workspace) -> None:
    _, sub = lose(workspace)
    said = told(workspace, sub)
    assert said is not None
    assert "A was taken over by bob" in said
    assert workspace.rule(sub, "c") == "free"
