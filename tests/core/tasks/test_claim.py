"""Claiming: exactly one agent gets a task, and all others learn who holds it and what to do."""

from __future__ import annotations

import pytest

from mcp_server.core.leases import lock
from mcp_server.core.tasks import claim, update
from mcp_server.domain.errors import UnknownTask
from tests.workspace import LEASE, START_TIME, Workspace, task


def test_a_claim_gives_the_task_its_scope_and_a_lease(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada = workspace.agent("ada")
    claimed = workspace.claimed(ada)
    assert (claimed.task.id, claimed.task.status, claimed.task.scope) == ("A", "in_progress", ("src/**",))
    assert claimed.expires_at == START_TIME + LEASE
    assert claimed.notes == ()
    assert claimed.taken_from is None
    (lease,) = workspace.leases(ada)
    assert (lease.token, lease.task, lease.scope) == (claimed.token, "A", ("src/**",))
    assert [event.id for event in workspace.events("claimed")] == [claimed.token]


def test_the_best_task_is_the_highest_in_priority_then_the_oldest(workspace: Workspace) -> None:
    workspace.plan(task("low", "a", priority=-1), task("old", "b"), task("new", "c"), task("high", "d", priority=9))
    ada = workspace.agent("ada")
    assert [workspace.claimed(ada).task.id for _ in range(4)] == ["high", "old", "new", "low"]
    assert workspace.refused(ada).reason == "nothing_ready"


def test_claiming_again_what_one_holds_answers_the_same_claim(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    first = workspace.claimed(ada, "A")
    workspace.clock.advance(60)
    workspace.agent("ada")
    again = workspace.claimed(ada, "A")
    assert (again.task, again.token) == (first.task, first.token)
    assert again.expires_at == first.expires_at + 60 == workspace.leases(ada)[0].expires_at
    assert len(workspace.events("claimed")) == 1


def test_a_held_task_is_refused_with_its_holder_and_since_when(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.clock.advance(60)
    refused = workspace.refused(bob, "A")
    assert (refused.reason, refused.holder, refused.since) == ("held", "ada", START_TIME)
    assert "ada is working on A" in refused.advice
    assert "claim_task" in refused.advice


def test_a_task_whose_scope_meets_a_live_lease_is_refused_with_an_example(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"), task("B", "**/x.py"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    refused = workspace.refused(bob, "B")
    assert (refused.reason, refused.holder, refused.since) == ("overlap", "ada", START_TIME)
    assert refused.example is not None
    assert refused.example.startswith("src/")
    assert refused.example.endswith("x.py")
    assert refused.example in refused.advice


def test_the_best_task_is_one_that_meets_nobody(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"), task("B", "src/b", priority=5), task("C", "docs"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    assert workspace.claimed(bob).task.id == "C"


def test_exclusions_keep_scopes_apart(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**", "!src/b/**"), task("B", "src/b/**"))
    workspace.claimed(workspace.agent("ada"), "A")
    assert workspace.claimed(workspace.agent("bob"), "B").task.id == "B"


def test_a_path_lock_of_another_agent_prevents_a_claim(workspace: Workspace) -> None:
    workspace.plan(task("A", "package.json"))
    lock.lock_resource(workspace.place, workspace.agent("ada"), "path:*.json")
    refused = workspace.refused(workspace.agent("bob"), "A")
    assert (refused.reason, refused.holder) == ("overlap", "ada")
    assert "path:*.json" in refused.advice


def test_a_task_that_waits_is_refused_with_what_it_waits_for(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"), task("B", "b"), task("C", "c", depends_on=["A", "B"]))
    ada = workspace.agent("ada")
    refused = workspace.refused(ada, "C")
    assert (refused.reason, refused.waiting_for) == ("waiting", ("A", "B"))
    assert "A, B" in refused.advice


def test_a_done_task_is_refused_as_done(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    ada = workspace.agent("ada")
    workspace.claimed(ada)
    update.update_task(workspace.place, ada, "A", status="done")
    assert workspace.refused(ada, "A").reason == "done"


def test_a_blocked_task_is_refused_with_what_it_needs(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    ada = workspace.agent("ada")
    workspace.claimed(ada)
    update.update_task(workspace.place, ada, "A", status="blocked", note="the schema of the new API")
    refused = workspace.refused(ada, "A")
    assert refused.reason == "waiting"
    assert "the schema of the new API" in refused.advice


def test_an_unknown_task_is_misuse(workspace: Workspace) -> None:
    before = workspace.dump()
    ada = workspace.agent("ada")
    with pytest.raises(UnknownTask, match="no task 'nowhere'"):
        claim.claim_task(workspace.place, ada, "nowhere")
    workspace.leaves("ada")
    assert workspace.dump() != before  # the agent is known, and that is all
    assert workspace.leases() == []


def test_nothing_ready_says_whom_the_ready_tasks_meet(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"), task("B", "src/b"))
    workspace.claimed(workspace.agent("ada"), "A")
    refused = workspace.refused(workspace.agent("bob"))
    assert (refused.reason, refused.holder) == ("nothing_ready", "ada")
    assert refused.example is not None


def test_nothing_ready_says_what_the_rest_waits_for(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"), task("B", "b", depends_on=["A"]))
    workspace.claimed(workspace.agent("ada"), "A")
    refused = workspace.refused(workspace.agent("bob"))
    assert (refused.reason, refused.waiting_for) == ("nothing_ready", ("A",))


def test_nothing_ready_says_that_all_is_done(workspace: Workspace) -> None:
    refused = workspace.refused(workspace.agent("ada"))
    assert refused.reason == "nothing_ready"
    assert refused.holder is None
    assert "plan_tasks" in refused.advice


def test_resources_are_locked_with_the_claim(workspace: Workspace) -> None:
    workspace.plan(task("A", "a", resources=["db", "path:package.json"]))
    ada = workspace.agent("ada")
    workspace.claimed(ada)
    assert [(lease.resource, lease.task) for lease in workspace.leases(ada)] == [
        (None, "A"),
        ("db", "A"),
        ("path:package.json", "A"),
    ]
    assert workspace.rule(ada, "package.json") == "own"


def test_a_task_whose_resource_is_held_is_not_granted_at_all(workspace: Workspace) -> None:
    workspace.plan(task("A", "a", resources=["db", "port:1"]))
    bob = workspace.agent("bob")
    lock.lock_resource(workspace.place, bob, "port:1")
    ada = workspace.agent("ada")
    refused = workspace.refused(ada, "A")
    assert (refused.reason, refused.holder, refused.example) == ("held", "bob", None)
    assert "port:1" in refused.advice
    assert workspace.leases(ada) == []
    assert workspace.task("A").status == "todo"


def test_a_task_without_a_scope_is_for_reading(workspace: Workspace) -> None:
    workspace.plan(task("A"), task("B", "**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    assert workspace.rule(ada, "any") == "held"
    update.update_task(workspace.place, bob, "B", status="done")
    decision = workspace.writes(ada, "any")
    assert (decision.allowed, decision.rule) == (False, "outside")
    assert "reading only" in decision.reason


def test_a_reading_task_is_claimed_by_one_agent_alone(workspace: Workspace) -> None:
    workspace.plan(task("A"))
    workspace.claimed(workspace.agent("ada"), "A")
    assert workspace.refused(workspace.agent("bob"), "A").holder == "ada"


def test_notes_are_passed_to_the_next_holder(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada)
    for number in range(claim.NOTES_SHOWN + 1):
        update.update_task(workspace.place, ada, "A", note=f"step {number}")
    update.update_task(workspace.place, ada, "A", status="released")
    notes = workspace.claimed(bob, "A").notes
    assert [note.text for note in notes] == [f"step {number}" for number in range(1, claim.NOTES_SHOWN + 1)]
    assert {note.author for note in notes} == {"ada"}


def test_a_refused_agent_waits_for_the_holder_until_it_gets_something(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"), task("B", "b"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.refused(bob, "A")
    workspace.clock.advance(5)
    workspace.refused(bob, "A")
    with workspace.store.reading() as books:
        want = books.agents.get(bob).want
        assert want is not None
        assert want[:3] == ("A", "ada", START_TIME)
    workspace.claimed(bob, "B")
    with workspace.store.reading() as books:
        assert books.agents.get(bob).want is None


def test_one_agent_may_hold_several_tasks(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"), task("B", "src/b"))
    ada = workspace.agent("ada")
    assert {workspace.claimed(ada).task.id, workspace.claimed(ada).task.id} == {"A", "B"}
