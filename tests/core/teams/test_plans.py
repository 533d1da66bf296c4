"""A teammate's plan: handed in, approved or rejected by its lead or a person; until then it writes nothing."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.command_line import PersonsAct
from mcp_server.core.agents.register import Caller
from mcp_server.core.tasks.update import update_task
from mcp_server.core.teams.plans import NotAskedFor, decide, waiting
from mcp_server.domain.errors import Misuse
from tests.workspace import Workspace, task

LINE = "interlock approve T1"


@pytest.fixture
def team(workspace: Workspace) -> tuple[int, int]:
    """A lead, and alice, who holds T1 in src and needs a plan."""
    workspace.plan(task("T1", "src/**"), task("T2", "docs/**"))
    lead = workspace.recognise(Caller("s1", title="lead"))
    alice = workspace.recognise(Caller("s1", "aalice-0123456789abcdef", "alice", "alice"))
    with workspace.store.writing() as books:
        books.teams.expect(alice, lead, gated=True)
    workspace.claimed(alice, "T1")
    return lead, alice


def hands_in(workspace: Workspace, alice: int, plan: str | None = "1. a test 2. the fix") -> None:
    update_task(workspace.place, alice, "T1", status="plan", note=plan)


def test_nothing_is_written_before_the_lead_has_approved_the_plan(workspace: Workspace, team: tuple[int, int]) -> None:
    lead, alice = team
    first = workspace.writes(alice, "src/x")
    assert first.rule == "plan"
    assert 'update_task(task_id="T1", status="plan"' in first.reason
    hands_in(workspace, alice)
    assert "has waited for lead or a person since" in workspace.writes(alice, "src/x").reason
    [message] = workspace.inbox(lead)
    assert message.subject == "urgent: lead/alice waits for you to approve its plan for T1"
    assert message.body.startswith("1. a test 2. the fix\n\nDecide in Bash: `interlock approve T1`")
    decided = decide(workspace.place, lead, "T1", approved=True, line=LINE)
    assert (decided.teammate.name, decided.approved) == ("lead/alice", True)
    assert workspace.rule(alice, "src/x") == "own"
    [answer] = workspace.inbox(alice)
    assert (answer.subject, answer.body) == (
        "your plan for T1 was approved by lead",
        "You may write in your scope now.",
    )
    assert waiting(workspace.place, "T1") is None
    seq = workspace.task("T1").seq
    with workspace.store.reading() as books:
        [note] = books.tasks.notes(seq, 5)
    assert (note.author, note.text) == ("lead/alice", "(plan, approved by lead) 1. a test 2. the fix")


def test_a_rejected_plan_comes_back_with_the_reason_and_another_may_be_handed_in(
    workspace: Workspace, team: tuple[int, int]
) -> None:
    _, alice = team
    hands_in(workspace, alice)
    pat = workspace.recognise(Caller("person:pat", title="pat", kind="person"))
    decide(workspace.place, pat, "T1", approved=False, line=LINE, reason="no test")
    [message] = workspace.inbox(alice)
    assert message.subject == "your plan for T1 was rejected by pat: no test"
    assert workspace.rule(alice, "src/x") == "plan"
    hands_in(workspace, alice, "with a test")
    mate = waiting(workspace.place, "T1")
    assert mate is not None
    assert mate.plan == "with a test"


def test_nobody_else_decides_not_the_author_and_not_another_agent(workspace: Workspace, team: tuple[int, int]) -> None:
    _, alice = team
    hands_in(workspace, alice)
    for other in (alice, workspace.agent("bob")):
        with pytest.raises(PersonsAct, match="ask the user to type it"):
            decide(workspace.place, other, "T1", approved=True, line=LINE)
    assert workspace.rule(alice, "src/x") == "plan"


def test_the_next_task_needs_another_plan(workspace: Workspace, team: tuple[int, int]) -> None:
    lead, alice = team
    hands_in(workspace, alice)
    decide(workspace.place, lead, "T1", approved=True, line=LINE)
    update_task(workspace.place, alice, "T1", status="done")
    workspace.claimed(alice, "T2")
    assert workspace.rule(alice, "docs/x") == "plan"


def test_a_plan_that_nobody_waits_for_is_refused(workspace: Workspace, team: tuple[int, int]) -> None:
    lead, alice = team
    before = workspace.dump()
    with pytest.raises(Misuse, match="the plan is missing"):
        hands_in(workspace, alice, None)
    with pytest.raises(Misuse, match="you do not hold T2"):
        update_task(workspace.place, alice, "T2", status="plan", note="x")
    assert workspace.dump() == before
    workspace.claimed(lead, "T2")
    with pytest.raises(NotAskedFor, match="nobody asked lead for a plan"):
        update_task(workspace.place, lead, "T2", status="plan", note="x")
    hands_in(workspace, alice)
    decide(workspace.place, lead, "T1", approved=True, line=LINE)
    with pytest.raises(NotAskedFor, match="was approved already"):
        hands_in(workspace, alice)
