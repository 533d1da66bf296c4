"""An agent that is about to stop is reminded of its claims once, and shown urgent messages."""

from __future__ import annotations

from mcp_server.core.agents.before_stop import LONGEST, stop_reminder
from tests.workspace import Workspace

CLAIM = ("T1", "Round once", 5.0)


def told(workspace: Workspace, agent_id: int, *claims: tuple[str, str, float]) -> str:
    with workspace.store.writing() as books:
        return stop_reminder(books, agent_id, claims)


def test_a_claim_is_asked_about_once(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    said = told(workspace, ada, CLAIM)
    assert 'you still hold T1 "Round once"' in said
    assert 'update_task(task_id="T1", status="done")' in said
    assert told(workspace, ada, CLAIM) == ""
    assert told(workspace, ada, ("T1", "Round once", 6.0)) != "", "it was claimed anew"
    assert 'T2 "x"' in told(workspace, ada, CLAIM, ("T2", "x", 5.0))


def test_an_agent_without_claims_may_stop(workspace: Workspace) -> None:
    assert told(workspace, workspace.agent("ada")) == ""


def test_urgent_messages_are_shown_even_then_and_others_wait(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    with workspace.store.writing() as books:
        books.inbox.post(bob, ada, "the API has changed", "see src/api.py")
        books.inbox.post(bob, ada, "URGENT: do not push", "main is broken")
    said = told(workspace, ada)
    assert "URGENT: do not push" in said
    assert "the API has changed" not in said
    assert told(workspace, ada) == ""


def test_it_stays_short(workspace: Workspace) -> None:
    claims = [(f"T{number}", "x" * 500, 1.0) for number in range(50)]
    assert len(told(workspace, workspace.agent("ada"), *claims)) <= LONGEST
