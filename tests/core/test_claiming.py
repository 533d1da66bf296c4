"""Claiming: exactly one agent gets a task, and everybody else is told who has it and what to do."""

from __future__ import annotations

import pytest

from mcp_server.core import claiming, locking, updating
from mcp_server.domain.refusal import UnknownTask
from tests.worlds import BEGINNING, LEASE, World, task


def test_a_claim_gives_the_task_its_scope_and_a_lease(world: World) -> None:
    world.plan(task("A", "src/**"))
    ada = world.agent("ada")
    claimed = world.claimed(ada)
    assert (claimed.task.id, claimed.task.status, claimed.task.scope) == ("A", "in_progress", ("src/**",))
    assert claimed.expires_at == BEGINNING + LEASE
    assert claimed.notes == ()
    assert claimed.taken_from is None
    (lease,) = world.leases(ada)
    assert (lease.token, lease.task, lease.scope) == (claimed.token, "A", ("src/**",))
    assert [event.id for event in world.events("claimed")] == [claimed.token]


def test_the_best_task_is_the_highest_in_priority_then_the_oldest(world: World) -> None:
    world.plan(task("low", "a", priority=-1), task("old", "b"), task("new", "c"), task("high", "d", priority=9))
    ada = world.agent("ada")
    assert [world.claimed(ada).task.id for _ in range(4)] == ["high", "old", "new", "low"]
    assert world.refused(ada).reason == "nothing_ready"


def test_claiming_again_what_one_holds_answers_the_same_claim(world: World) -> None:
    world.plan(task("A", "src"))
    ada = world.agent("ada")
    first = world.claimed(ada, "A")
    world.clock.advance(60)
    world.agent("ada")
    again = world.claimed(ada, "A")
    assert (again.task, again.token) == (first.task, first.token)
    assert again.expires_at == first.expires_at + 60 == world.leases(ada)[0].expires_at
    assert len(world.events("claimed")) == 1


def test_a_held_task_is_refused_with_its_holder_and_since_when(world: World) -> None:
    world.plan(task("A", "src"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    world.clock.advance(60)
    refused = world.refused(bob, "A")
    assert (refused.reason, refused.holder, refused.since) == ("held", "ada", BEGINNING)
    assert "ada is working on A" in refused.advice
    assert "claim_task" in refused.advice


def test_a_task_whose_scope_meets_a_live_lease_is_refused_with_an_example(world: World) -> None:
    world.plan(task("A", "src/**"), task("B", "**/x.py"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    refused = world.refused(bob, "B")
    assert (refused.reason, refused.holder, refused.since) == ("overlap", "ada", BEGINNING)
    assert refused.example is not None
    assert refused.example.startswith("src/")
    assert refused.example.endswith("x.py")
    assert refused.example in refused.advice


def test_the_best_task_is_one_that_meets_nobody(world: World) -> None:
    world.plan(task("A", "src/**"), task("B", "src/b", priority=5), task("C", "docs"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    assert world.claimed(bob).task.id == "C"


def test_exclusions_keep_scopes_apart(world: World) -> None:
    world.plan(task("A", "src/**", "!src/b/**"), task("B", "src/b/**"))
    world.claimed(world.agent("ada"), "A")
    assert world.claimed(world.agent("bob"), "B").task.id == "B"


def test_a_path_lock_of_another_is_in_the_way_of_a_claim(world: World) -> None:
    world.plan(task("A", "package.json"))
    locking.lock_resource(world.place, world.agent("ada"), "path:*.json")
    refused = world.refused(world.agent("bob"), "A")
    assert (refused.reason, refused.holder) == ("overlap", "ada")
    assert "path:*.json" in refused.advice


def test_a_task_that_waits_is_refused_with_what_it_waits_for(world: World) -> None:
    world.plan(task("A", "a"), task("B", "b"), task("C", "c", depends_on=["A", "B"]))
    ada = world.agent("ada")
    refused = world.refused(ada, "C")
    assert (refused.reason, refused.waiting_for) == ("waiting", ("A", "B"))
    assert "A, B" in refused.advice


def test_a_done_task_is_refused_as_done(world: World) -> None:
    world.plan(task("A", "a"))
    ada = world.agent("ada")
    world.claimed(ada)
    updating.update_task(world.place, ada, "A", status="done")
    assert world.refused(ada, "A").reason == "done"


def test_a_blocked_task_is_refused_with_what_it_needs(world: World) -> None:
    world.plan(task("A", "a"))
    ada = world.agent("ada")
    world.claimed(ada)
    updating.update_task(world.place, ada, "A", status="blocked", note="the schema of the new API")
    refused = world.refused(ada, "A")
    assert refused.reason == "waiting"
    assert "the schema of the new API" in refused.advice


def test_an_unknown_task_is_misuse(world: World) -> None:
    before = world.dump()
    ada = world.agent("ada")
    with pytest.raises(UnknownTask, match="no task 'nowhere'"):
        claiming.claim_task(world.place, ada, "nowhere")
    world.leaves("ada")
    assert world.dump() != before  # the agent is known, and that is all
    assert world.leases() == []


def test_nothing_ready_says_whom_the_ready_tasks_meet(world: World) -> None:
    world.plan(task("A", "src/**"), task("B", "src/b"))
    world.claimed(world.agent("ada"), "A")
    refused = world.refused(world.agent("bob"))
    assert (refused.reason, refused.holder) == ("nothing_ready", "ada")
    assert refused.example is not None


def test_nothing_ready_says_what_the_rest_waits_for(world: World) -> None:
    world.plan(task("A", "a"), task("B", "b", depends_on=["A"]))
    world.claimed(world.agent("ada"), "A")
    refused = world.refused(world.agent("bob"))
    assert (refused.reason, refused.waiting_for) == ("nothing_ready", ("A",))


def test_nothing_ready_says_that_all_is_done(world: World) -> None:
    refused = world.refused(world.agent("ada"))
    assert refused.reason == "nothing_ready"
    assert refused.holder is None
    assert "plan_tasks" in refused.advice


def test_resources_are_locked_with_the_claim(world: World) -> None:
    world.plan(task("A", "a", resources=["db", "path:package.json"]))
    ada = world.agent("ada")
    world.claimed(ada)
    assert [(lease.resource, lease.task) for lease in world.leases(ada)] == [
        (None, "A"), ("db", "A"), ("path:package.json", "A"),
    ]  # fmt: skip
    assert world.rule(ada, "package.json") == "own"


def test_a_task_whose_resource_is_held_is_not_granted_at_all(world: World) -> None:
    world.plan(task("A", "a", resources=["db", "port:1"]))
    bob = world.agent("bob")
    locking.lock_resource(world.place, bob, "port:1")
    ada = world.agent("ada")
    refused = world.refused(ada, "A")
    assert (refused.reason, refused.holder, refused.example) == ("held", "bob", None)
    assert "port:1" in refused.advice
    assert world.leases(ada) == []
    assert world.task("A").status == "todo"


def test_a_task_without_a_scope_is_for_reading(world: World) -> None:
    world.plan(task("A"), task("B", "**"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    world.claimed(bob, "B")
    assert world.rule(ada, "any") == "held"
    updating.update_task(world.place, bob, "B", status="done")
    decision = world.writes(ada, "any")
    assert (decision.allowed, decision.rule) == (False, "outside")
    assert "reading only" in decision.reason


def test_a_reading_task_is_claimed_by_one_agent_alone(world: World) -> None:
    world.plan(task("A"))
    world.claimed(world.agent("ada"), "A")
    assert world.refused(world.agent("bob"), "A").holder == "ada"


def test_notes_are_handed_to_whoever_continues(world: World) -> None:
    world.plan(task("A", "a"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada)
    for number in range(claiming.NOTES_SHOWN + 1):
        updating.update_task(world.place, ada, "A", note=f"step {number}")
    updating.update_task(world.place, ada, "A", status="released")
    notes = world.claimed(bob, "A").notes
    assert [note.text for note in notes] == [f"step {number}" for number in range(1, claiming.NOTES_SHOWN + 1)]
    assert {note.author for note in notes} == {"ada"}


def test_who_was_refused_waits_for_the_holder_until_it_gets_something(world: World) -> None:
    world.plan(task("A", "a"), task("B", "b"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    world.refused(bob, "A")
    world.clock.advance(5)
    world.refused(bob, "A")
    with world.store.reading() as books:
        assert books.agents.get(bob).want == ("A", "ada", BEGINNING)
    world.claimed(bob, "B")
    with world.store.reading() as books:
        assert books.agents.get(bob).want is None


def test_one_agent_may_hold_several_tasks(world: World) -> None:
    world.plan(task("A", "src/**"), task("B", "src/b"))
    ada = world.agent("ada")
    assert {world.claimed(ada).task.id, world.claimed(ada).task.id} == {"A", "B"}
