"""The contract of the book of teammates."""

from __future__ import annotations

import pytest

from mcp_server.domain.assignment.teammate import Teammate, Unapproved
from tests.workspace import START_TIME, Workspace, task


@pytest.fixture
def pair(workspace: Workspace) -> tuple[int, int]:
    """A lead, and alice."""
    return workspace.agent("lead"), workspace.agent("alice")


def test_a_teammate_is_expected_and_then_begins(workspace: Workspace, pair: tuple[int, int]) -> None:
    lead, alice = pair
    with workspace.store.writing() as books:
        assert books.teams.of(alice) is None
        books.teams.expect(alice, lead, gated=True)
        expected = books.teams.of(alice)
        books.teams.begun(alice, lead, gated=False)
        begun = books.teams.of(alice)
    assert expected == Teammate(alice, "alice", lead, "lead", START_TIME, gated=True, waits=True)
    assert begun == expected._replace(expected_at=None)
    with workspace.store.reading() as books:
        assert books.teams.led_by(lead) == [begun]
        assert books.teams.led_by(alice) == []


def test_one_that_nobody_expected_is_a_teammate_too_and_one_of_another_lead_begins_anew(
    workspace: Workspace, pair: tuple[int, int]
) -> None:
    lead, alice = pair
    with workspace.store.writing() as books:
        books.teams.begun(alice, lead, gated=False)
        assert books.teams.of(alice) == Teammate(alice, "alice", lead, "lead")
        other = books.agents.add("o", "other", "session", parent=None, process=None, worktree="").id
        books.teams.begun(alice, other, gated=True)
        assert books.teams.of(alice) == Teammate(alice, "alice", other, "other", gated=True, waits=True)


def test_a_plan_waits_until_it_is_decided_on_and_the_next_task_needs_another(
    workspace: Workspace, pair: tuple[int, int]
) -> None:
    lead, alice = pair
    with workspace.store.writing() as books:
        books.teams.begun(alice, lead, gated=True)
        books.teams.hand_in(alice, "T1", "first this")
        waits = books.teams.of(alice)
        assert waits == Teammate(alice, "alice", lead, "lead", None, True, True, "T1", "first this", START_TIME)
        assert books.teams.plan_for("T1") == waits
        assert books.teams.plan_for("T2") is None
        assert books.teams.plans(5) == [waits]
        books.teams.decide(alice, approved=False)
        assert books.teams.of(alice) == Teammate(alice, "alice", lead, "lead", gated=True, waits=True)
        books.teams.hand_in(alice, "T1", "better")
        books.teams.decide(alice, approved=True)
        assert books.teams.of(alice) == Teammate(alice, "alice", lead, "lead", gated=True)
        assert books.teams.plans(5) == []
        books.teams.claimed(alice)
        assert books.teams.of(alice) == Teammate(alice, "alice", lead, "lead", gated=True, waits=True)


def test_who_needs_no_plan_needs_none_for_the_next_task_either(workspace: Workspace, pair: tuple[int, int]) -> None:
    lead, alice = pair
    with workspace.store.writing() as books:
        books.teams.begun(alice, lead, gated=False)
        books.teams.claimed(alice)
        books.teams.claimed(lead)
        assert books.teams.of(alice) == Teammate(alice, "alice", lead, "lead")
        assert books.teams.of(lead) is None


def test_plans_are_listed_by_how_long_they_wait_without_those_of_agents_that_ended(
    workspace: Workspace, pair: tuple[int, int]
) -> None:
    lead, alice = pair
    bob, carl = workspace.agent("bob"), workspace.agent("carl")
    for agent, task_id in ((bob, "T2"), (alice, "T1"), (carl, "T3")):
        workspace.clock.advance(1)
        with workspace.store.writing() as books:
            books.teams.begun(agent, lead, gated=True)
            books.teams.hand_in(agent, task_id, "a plan")
    with workspace.store.writing() as books:
        books.agents.end(carl, "it ended")
        assert [mate.task for mate in books.teams.plans(5)] == ["T2", "T1"]
        assert [mate.task for mate in books.teams.plans(1)] == ["T2"]


def test_the_guard_learns_whose_plan_waits_and_that_nothing_may_be_written(
    workspace: Workspace, pair: tuple[int, int]
) -> None:
    lead, alice = pair
    workspace.plan(task("T1", "src/**"))
    workspace.claimed(alice, "T1")
    with workspace.store.writing() as books:
        helper = books.agents.add("h", "alice/x", "subagent", parent=alice, process=None, worktree="").id
        assert books.guard.rights_of(alice, None).unapproved is None
        books.teams.begun(alice, lead, gated=True)
        for rights in (books.guard.rights_of(alice, None), books.guard.rights_of(helper, alice)):
            assert rights.unapproved == Unapproved("T1", "lead", None)
            assert [lease.patterns for lease in rights.leases] == [()]
        books.teams.hand_in(alice, "T1", "a plan")
        assert books.guard.rights_of(alice, None).unapproved == Unapproved("T1", "lead", START_TIME)
        assert books.guard.rights_of(lead, None).unapproved is None
        books.teams.decide(alice, approved=True)
        rights = books.guard.rights_of(alice, None)
    assert (rights.unapproved, rights.leases[0].patterns) == (None, ("src/**",))
