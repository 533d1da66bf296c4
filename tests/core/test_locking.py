"""Locking: one holder at a time, named in every refusal, and released by nobody else."""

from __future__ import annotations

import math

import pytest

from mcp_server.core import locking, updating
from mcp_server.core.locking import Busy, Locked
from mcp_server.domain.refusal import Misuse
from tests.worlds import BEGINNING, World, task


def lock(world: World, agent_id: int, resource: str, **options: float) -> Locked:
    outcome = locking.lock_resource(world.place, agent_id, resource, **options)  # type: ignore[arg-type]
    assert isinstance(outcome, Locked), outcome
    return outcome


def busy(world: World, agent_id: int, resource: str) -> Busy:
    outcome = locking.lock_resource(world.place, agent_id, resource)
    assert isinstance(outcome, Busy), outcome
    return outcome


def test_a_free_resource_is_locked_for_the_minutes_asked(world: World) -> None:
    ada = world.agent("ada")
    locked = lock(world, ada, "port:3000", minutes=2)
    assert locked.expires_at == BEGINNING + 120
    assert [(lease.token, lease.resource, lease.seconds) for lease in world.leases(ada)] == [
        (locked.token, "port:3000", 120)
    ]


def test_a_held_resource_is_refused_with_holder_purpose_and_times(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    locking.lock_resource(world.place, ada, "staging-db", purpose="migration", minutes=10)
    world.clock.advance(60)
    refused = busy(world, bob, "staging-db")
    assert refused == Busy("ada", BEGINNING, "migration", BEGINNING + 600, "staging-db", None)


def test_who_was_refused_a_lock_waits_for_its_holder(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    lock(world, ada, "db")
    busy(world, bob, "db")
    world.clock.advance(3)
    busy(world, bob, "db")
    with world.store.reading() as books:
        assert books.agents.get(bob).want == ("db", "ada", BEGINNING)
    locking.unlock_resource(world.place, ada, "db")
    lock(world, bob, "db")
    with world.store.reading() as books:
        assert books.agents.get(bob).want is None


def test_locking_again_what_one_holds_renews_it_under_the_same_token(world: World) -> None:
    ada = world.agent("ada")
    first = lock(world, ada, "db")
    world.clock.advance(60)
    again = lock(world, ada, "db")
    assert (again.token, again.expires_at) == (first.token, first.expires_at + 60)
    assert [lease.expires_at for lease in world.leases(ada)] == [again.expires_at]


def test_a_lock_lasts_as_long_as_it_says_also_after_waiting_for_it(world: World) -> None:
    ada = world.agent("ada")
    world.clock.advance(59)
    locked = lock(world, ada, "db", minutes=0.5)
    (lease,) = world.leases(ada)
    assert lease.expires_at == locked.expires_at == BEGINNING + 89
    assert isinstance(locking.lock_resource(world.place, world.agent("bob"), "db"), Busy)


def test_a_lock_is_kept_by_being_active(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    lock(world, ada, "db", minutes=1)
    for _ in range(5):
        world.clock.advance(59)
        world.agent("ada")
    assert busy(world, bob, "db").holder == "ada"


def test_unlocking_gives_the_resource_to_the_next(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    first = lock(world, ada, "db")
    assert locking.unlock_resource(world.place, ada, "db") == (True, None)
    assert lock(world, bob, "db").token > first.token


def holding_twice(world: World) -> int:
    """Ada holds the database because she asked for a minute of it, and because her task needs it."""
    world.plan(task("A", "src", resources=["db"]))
    ada = world.agent("ada", pid=7)
    lock(world, ada, "db", minutes=1)
    world.claimed(ada, "A")
    return ada


def test_a_resource_that_is_held_twice_is_kept_as_long_as_the_longer_lease(world: World) -> None:
    ada = holding_twice(world)
    world.clock.advance(60)
    assert busy(world, world.agent("bob"), "db").holder == "ada"
    updating.update_task(world.place, ada, "A", status="done")
    world.agent("ada")
    assert busy(world, world.agent("bob"), "db").holder == "ada"


def test_a_resource_that_is_held_twice_is_taken_over_as_a_whole(world: World) -> None:
    ada = holding_twice(world)
    bob, cleo = world.agent("bob"), world.agent("cleo")
    world.kill(7)
    lock(world, bob, "db")
    assert busy(world, cleo, "db").holder == "bob"
    assert [lease.subject for lease in world.leases(ada)] == ["A"]


def test_a_resource_that_is_held_twice_is_unlocked_as_a_whole(world: World) -> None:
    ada = holding_twice(world)
    assert locking.unlock_resource(world.place, ada, "db").released
    lock(world, world.agent("bob"), "db")


def test_a_late_release_changes_nothing(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    lock(world, ada, "db", minutes=1)
    world.clock.advance(60)
    world.agent("bob")
    lock(world, bob, "db")
    unlocked = locking.unlock_resource(world.place, ada, "db")
    assert unlocked == (False, "bob holds db, not you")
    assert [lease.subject for lease in world.leases(bob)] == ["db"]


def test_unlocking_what_nobody_holds_says_so(world: World) -> None:
    assert locking.unlock_resource(world.place, world.agent("ada"), "db") == (False, "nobody holds db")


def test_a_lock_can_be_taken_by_force_and_its_holder_is_told(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    lock(world, ada, "db")
    assert locking.unlock_resource(world.place, bob, "db", force=True).released
    assert world.leases() == []
    assert world.rule(ada, "any") == "taken_over"
    assert "db was taken over by bob" in world.inbox(ada)[0].subject


def test_a_path_lock_lets_its_holder_write_outside_its_scope_and_nobody_else(world: World) -> None:
    world.plan(task("A", "src"), task("B", "lib"))
    ada, bob, cleo = world.agent("ada"), world.agent("bob"), world.agent("cleo")
    world.claimed(ada, "A")
    world.claimed(bob, "B")
    assert world.rule(ada, "package.json") == "outside"
    lock(world, ada, "path:package.json")
    assert world.rule(ada, "package.json") == "own"
    assert world.rule(ada, "src/a") == "own"
    assert [world.rule(other, "package.json") for other in (bob, cleo)] == ["held", "held"]
    locking.unlock_resource(world.place, ada, "path:package.json")
    assert world.rule(ada, "package.json") == "outside"
    assert world.rule(cleo, "package.json") == "free"


def test_a_path_lock_is_granted_only_where_nobody_else_holds_anything(world: World) -> None:
    world.plan(task("A", "src/**"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    refused = busy(world, bob, "path:**/package.json")
    assert (refused.holder, refused.resource, refused.purpose) == ("ada", "A", "task A")
    assert refused.example is not None
    assert refused.example.endswith("package.json")
    lock(world, bob, "path:package.json")
    assert busy(world, ada, "path:*.json").resource == "path:package.json"


def test_a_path_lock_may_lie_in_ones_own_claim(world: World) -> None:
    world.plan(task("A", "src/**"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    lock(world, ada, "path:src/x")


def test_two_spellings_of_one_pattern_are_one_resource(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    lock(world, ada, "path: ./package.json ")
    assert [lease.resource for lease in world.leases(ada)] == ["path:package.json"]
    assert busy(world, bob, "path:package.json").holder == "ada"
    assert locking.unlock_resource(world.place, ada, "  path:./package.json").released


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        ("", "resource is empty"),
        ("  ", "resource is empty"),
        ("a\nb", "cannot be shown on one line"),
        ("a\0b", "cannot be shown on one line"),
        ("a\ud800b", "cannot be shown on one line"),
        ("x" * 1_000_000, "has 1,000,000 characters"),
        ("x" * 201, "has 201 characters"),
        ("path:", "is empty"),
        ("path:../x", r"\.\."),
        ("path:[a", r"\["),
        ("path:!x", "takes away from nothing"),
        ("path:" + "x" * 1_000_000, "characters"),
    ],
)
def test_what_is_no_resource_is_refused_and_nothing_is_changed(world: World, resource: str, words: str) -> None:
    ada = world.agent("ada")
    before = world.dump()
    with pytest.raises(Misuse, match=words) as refused:
        locking.lock_resource(world.place, ada, resource)
    with pytest.raises(Misuse):
        locking.unlock_resource(world.place, ada, resource)
    assert len(str(refused.value)) < 400
    assert world.dump() == before


@pytest.mark.parametrize("minutes", [0, -1, -1e300, math.nan, math.inf, -math.inf, 24 * 60 + 1, 1e300])
def test_minutes_that_make_no_sense_are_refused(world: World, minutes: float) -> None:
    ada = world.agent("ada")
    before = world.dump()
    with pytest.raises(Misuse, match="minutes must be more than 0 and at most 1440"):
        locking.lock_resource(world.place, ada, "db", minutes=minutes)
    assert world.dump() == before


@pytest.mark.parametrize("purpose", ["a\nb", "x" * 1_000_000, "a\0b", "\ud800"])
def test_a_purpose_that_cannot_be_shown_is_refused(world: World, purpose: str) -> None:
    with pytest.raises(Misuse, match="purpose"):
        locking.lock_resource(world.place, world.agent("ada"), "db", purpose=purpose)
    assert world.leases() == []
