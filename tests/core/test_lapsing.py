"""What is free for the next comer, and what is not: nothing is stolen from the living nor kept by the dead."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_server.core import arriving, locking, telling, updating
from mcp_server.core.locking import Busy, Locked
from mcp_server.domain.refusal import NotHolder
from tests.worlds import BEGINNING, LEASE, World, task

PID = 4711


def falls_silent(world: World) -> None:
    world.clock.advance(LEASE)


def ends(world: World) -> None:
    world.leaves("ada")


def is_killed(world: World) -> None:
    world.kill(PID)


FREE = pytest.mark.parametrize("vanishes", [falls_silent, ends, is_killed])


def holding(world: World) -> tuple[int, int]:
    """Ada at work on A, and Bob."""
    world.plan(task("A", "src/**", resources=["db"]))
    ada = world.agent("ada", pid=PID)
    world.claimed(ada, "A")
    return ada, world.agent("bob", pid=PID + 1)


@FREE
def test_what_its_holder_left_is_claimed_by_the_next_comer(world: World, vanishes: Callable[[World], None]) -> None:
    ada, bob = holding(world)
    first = world.leases(ada)[0].token
    vanishes(world)
    claimed = world.claimed(world.agent("bob", pid=PID + 1))
    assert (claimed.task.id, claimed.taken_from) == ("A", "ada")
    assert claimed.token > first
    assert world.leases(ada) == []
    assert [lease.subject for lease in world.leases(bob)] == ["A", "db"]


@FREE
def test_a_named_task_is_taken_over_as_well(world: World, vanishes: Callable[[World], None]) -> None:
    _, bob = holding(world)
    vanishes(world)
    assert world.claimed(bob, "A").taken_from == "ada"


@FREE
def test_an_overlapping_claim_takes_the_ground_and_the_task_is_to_do_again(
    world: World, vanishes: Callable[[World], None]
) -> None:
    ada, bob = holding(world)
    world.plan(task("B", "src/b", priority=9))
    vanishes(world)
    assert world.claimed(bob, "B").taken_from is None
    assert world.task("A").status == "todo"
    assert world.task("A").token is None
    assert world.rule(ada, "src/a") == "taken_over"
    assert world.refused(world.agent("cleo"), "A").reason == "overlap"


@FREE
def test_a_lock_of_an_agent_that_left_is_taken_over(world: World, vanishes: Callable[[World], None]) -> None:
    ada, bob = holding(world)
    vanishes(world)
    assert isinstance(locking.lock_resource(world.place, bob, "db"), Locked)
    assert [lease.subject for lease in world.leases(ada)] == ["A"]


@FREE
def test_a_path_lock_takes_the_ground_of_an_agent_that_left(world: World, vanishes: Callable[[World], None]) -> None:
    ada, bob = holding(world)
    vanishes(world)
    assert isinstance(locking.lock_resource(world.place, bob, "path:src/x"), Locked)
    assert world.task("A").status == "todo"
    assert world.rule(ada, "src/y") == "taken_over"


@FREE
def test_a_wider_scope_is_granted_over_the_ground_of_an_agent_that_left(
    world: World, vanishes: Callable[[World], None]
) -> None:
    ada, bob = holding(world)
    world.plan(task("B", "lib"))
    world.claimed(bob, "B")
    vanishes(world)
    world.agent("bob", pid=PID + 1)
    outcome = updating.update_task(world.place, bob, "B", widen=["src/x"])
    assert isinstance(outcome, updating.Updated), outcome
    assert outcome.task.scope == ("lib", "src/x")
    assert world.rule(ada, "src/y") == "taken_over"


@FREE
def test_anybody_may_change_the_task_of_an_agent_that_left(world: World, vanishes: Callable[[World], None]) -> None:
    ada, bob = holding(world)
    vanishes(world)
    outcome = updating.update_task(world.place, bob, "A", status="done")
    assert isinstance(outcome, updating.Updated)
    assert outcome.task.status == "done"
    assert world.rule(ada, "src/y") == "taken_over"


def test_a_live_lease_is_never_taken(world: World) -> None:
    ada, bob = holding(world)
    world.plan(task("B", "src/b"))
    for _ in range(20):
        world.clock.advance(LEASE - 1)
        world.agent("ada", pid=PID)
        world.agent("bob", pid=PID + 1)
        assert world.refused(bob, "A").reason == "held"
        assert world.refused(bob, "B").reason == "overlap"
        assert world.refused(bob).reason == "nothing_ready"
        assert isinstance(locking.lock_resource(world.place, bob, "db"), Busy)
    assert len(world.leases(ada)) == 2
    assert world.events("taken_over") == []


def test_a_lease_is_live_until_its_very_end(world: World) -> None:
    _, bob = holding(world)
    world.clock.advance(LEASE - 0.001)
    assert world.refused(bob, "A").reason == "held"
    world.clock.advance(0.001)
    assert world.claimed(bob, "A").taken_from == "ada"


def test_any_write_renews_the_claim(world: World) -> None:
    ada, bob = holding(world)
    for _ in range(3):
        world.clock.advance(LEASE - 1)
        assert world.rule(ada, "src/a") == "own"
    assert world.refused(bob, "A").reason == "held"


def test_a_lapsed_claim_that_nobody_took_is_found_again(world: World) -> None:
    ada, bob = holding(world)
    world.clock.advance(10 * LEASE)
    assert world.rule(ada, "src/a") == "own"
    assert world.refused(bob, "A").reason == "held"


def test_a_task_that_was_offered_is_no_longer_when_its_holder_is_back(world: World) -> None:
    _, bob = holding(world)
    world.plan(task("B", "src/b", priority=9))
    world.clock.advance(LEASE)
    with world.store.writing() as books:
        from mcp_server.core.lapsing import offer_lapsed

        offer_lapsed(books)
        assert [ready.id for ready in books.tasks.ready(9)] == ["B", "A"]
    world.agent("ada", pid=PID)
    assert world.refused(bob, "A").reason == "held"


def test_a_session_that_resumes_before_a_takeover_finds_its_claim(world: World) -> None:
    ada, bob = holding(world)
    world.leaves("ada")
    assert world.agent("ada", pid=PID + 5) == ada
    assert world.claimed(ada, "A").token == world.leases(ada)[0].token
    assert world.refused(bob, "A").reason == "held"


def test_the_former_holder_is_refused_until_it_was_told(world: World) -> None:
    ada, bob = holding(world)
    world.clock.advance(LEASE)
    world.claimed(bob, "A")
    for path in ("src/a", "elsewhere"):
        decision = world.writes(ada, path)
        assert (decision.allowed, decision.rule) == (False, "taken_over")
        assert "A was taken over by bob at 2027-01-15T08:30:00Z" in decision.reason
    with world.store.writing() as books:
        said = telling.tell_losses(books, books.agents.get(ada))
    assert said is not None
    assert "A was taken over by bob at 2027-01-15T08:30:00Z" in said
    assert world.rule(ada, "src/a") == "held"
    assert world.rule(ada, "elsewhere") == "free"


def test_being_active_again_does_not_bring_back_what_was_taken(world: World) -> None:
    ada, bob = holding(world)
    world.clock.advance(LEASE)
    token = world.claimed(bob, "A").token
    world.agent("ada", pid=PID)
    assert world.rule(ada, "src/a") == "taken_over"
    assert world.refused(ada, "A").holder == "bob"
    with pytest.raises(NotHolder, match="bob holds A"):
        updating.update_task(world.place, ada, "A", status="done")
    assert locking.unlock_resource(world.place, ada, "db").reason == "bob holds db, not you"
    assert [lease.token for lease in world.leases(bob)][0] == token


def test_both_sides_of_a_takeover_get_a_message_and_the_log_an_event(world: World) -> None:
    ada, bob = holding(world)
    world.clock.advance(LEASE)
    world.claimed(bob, "A")
    (lost, *_), (won, *_) = world.inbox(ada), world.inbox(bob)
    assert lost.sender is won.sender is None
    assert lost.subject == "your claim on A was taken over by bob"
    assert won.subject == "you took A over from ada"
    assert "src/**" in won.body
    assert "2027-01-15T08:00:00Z" in won.body
    taken = [(event.agent, event.subject, event.detail) for event in world.events("taken_over")]
    assert ("bob", "A", "from ada") in taken


def test_the_locks_that_came_with_a_task_go_with_its_claim(world: World) -> None:
    ada, bob = holding(world)
    world.plan(task("B", "src/b"))
    world.clock.advance(LEASE)
    world.claimed(bob, "B")
    world.agent("ada", pid=PID)
    assert world.leases(ada) == []
    assert isinstance(locking.lock_resource(world.place, world.agent("cleo"), "db"), Locked)


def test_a_killed_agent_takes_its_subagents_with_it(world: World) -> None:
    holding(world)
    world.plan(task("B", "lib"))
    sub = world.subagent("ada", "one")
    world.claimed(sub, "B")
    world.kill(PID)
    assert world.claimed(world.agent("bob"), "B").taken_from == "ada/worker-1"


def test_a_process_of_which_nothing_is_known_keeps_its_lease(world: World) -> None:
    world.plan(task("A", "src"))
    world.claimed(world.agent("ada"), "A")
    world.kill(PID)
    assert world.refused(world.agent("bob"), "A").reason == "held"


def test_a_session_that_moved_to_another_process_does_not_die_with_the_first(world: World) -> None:
    ada, bob = holding(world)
    assert world.agent("ada", pid=99) == ada
    world.kill(PID)
    assert world.refused(bob, "A").reason == "held"


def test_an_agent_that_ended_is_in_the_log_with_the_reason(world: World) -> None:
    holding(world)
    world.leaves("ada")
    world.leaves("ada")
    assert [(event.agent, event.subject, event.detail) for event in world.events("ended")] == [
        ("ada", "ada", "done here")
    ]


def test_the_end_of_a_stranger_changes_nothing(world: World) -> None:
    before = world.dump()
    with world.store.writing() as books:
        assert arriving.leave(books, "who", "logout") is None
    assert world.dump() == before


def test_a_note_on_the_task_of_a_silent_agent_does_not_lose_the_task(world: World) -> None:
    _, bob = holding(world)
    world.clock.advance(LEASE)
    updating.update_task(world.place, bob, "A", note="seen half of it in src/a.py")
    claimed = world.claimed(bob, "A")
    assert [note.text for note in claimed.notes] == ["seen half of it in src/a.py"]
    assert claimed.expires_at == BEGINNING + 2 * LEASE
