"""Subagents: they work under their parent's scope until they claim one of their own."""

from __future__ import annotations

import pytest

from mcp_server.core import locking, updating
from mcp_server.core.updating import NotWidened
from tests.worlds import LEASE, World, task


@pytest.fixture
def family(world: World) -> tuple[int, int, int]:
    """Ada, who holds src, and her two subagents."""
    world.plan(
        task("A", "src/**"), task("B", "src/b/**"), task("C", "src/b/c/**"), task("D", "lib/**"), task("E", "src/e")
    )
    ada = world.agent("ada")
    world.claimed(ada, "A")
    return ada, world.subagent("ada", "x1"), world.subagent("ada", "x2")


def test_without_a_claim_it_works_under_its_parents_scope(world: World, family: tuple[int, int, int]) -> None:
    _, one, two = family
    assert [world.rule(one, path) for path in ("src/a", "lib/a", "top")] == ["own", "outside", "outside"]
    assert world.rule(two, "src/a") == "own"


def test_it_may_use_its_parents_path_lock(world: World, family: tuple[int, int, int]) -> None:
    ada, one, _ = family
    locking.lock_resource(world.place, ada, "path:package.json")
    assert world.rule(one, "package.json") == "own"


def test_a_claim_of_its_own_replaces_its_parents(world: World, family: tuple[int, int, int]) -> None:
    _, one, _ = family
    world.claimed(one, "D")
    assert [world.rule(one, path) for path in ("lib/a", "src/a")] == ["own", "outside"]


def test_a_claim_inside_its_parents_is_its_alone(world: World, family: tuple[int, int, int]) -> None:
    ada, one, two = family
    world.claimed(one, "B")
    assert [world.rule(agent, "src/b/x") for agent in (one, ada, two)] == ["own", "held", "held"]
    assert [world.rule(agent, "src/a") for agent in (one, ada, two)] == ["outside", "own", "own"]
    assert world.writes(ada, "src/b/x").holder == "ada/worker-1"


def test_a_sibling_cannot_claim_what_another_has(world: World, family: tuple[int, int, int]) -> None:
    ada, one, two = family
    world.claimed(one, "B")
    refused = world.refused(two, "C")
    assert (refused.reason, refused.holder) == ("overlap", "ada/worker-1")
    assert world.refused(ada, "C").holder == "ada/worker-1"
    assert world.claimed(two, "E").task.id == "E"


def test_a_parent_cannot_widen_into_what_its_subagent_has(world: World, family: tuple[int, int, int]) -> None:
    ada, one, _ = family
    world.claimed(one, "D")
    outcome = updating.update_task(world.place, ada, "A", widen=["lib/x"])
    assert isinstance(outcome, NotWidened)
    assert outcome.holder == "ada/worker-1"


def test_nobody_else_gets_into_the_familys_ground(world: World, family: tuple[int, int, int]) -> None:
    _, one, _ = family
    world.claimed(one, "B")
    bob = world.agent("bob")
    assert world.rule(bob, "src/b/x") == "held"
    assert world.refused(bob, "C").reason == "overlap"
    assert world.refused(world.subagent("bob", "y1"), "E").holder == "ada"


@pytest.mark.parametrize("way", ["ends", "finishes", "is silent"])
def test_the_parent_gets_its_part_back(world: World, family: tuple[int, int, int], way: str) -> None:
    ada, one, two = family
    world.claimed(one, "B")
    if way == "ends":
        world.leaves("ada/x1")
    elif way == "finishes":
        updating.update_task(world.place, one, "B", status="done")
    else:
        world.clock.advance(LEASE)
        world.subagent("ada", "x2")
    assert [world.rule(agent, "src/b/x") for agent in (ada, two)] == ["own", "own"]


def test_what_a_subagent_left_unfinished_is_handed_out_again(world: World, family: tuple[int, int, int]) -> None:
    ada, one, two = family
    first = world.claimed(one, "B").token
    world.leaves("ada/x1")
    claimed = world.claimed(two, "B")
    assert claimed.taken_from == "ada/worker-1"
    assert claimed.token > first
    assert world.rule(ada, "src/b/x") == "held"


def test_a_subagent_keeps_its_own_part_when_its_parent_is_done(world: World, family: tuple[int, int, int]) -> None:
    ada, one, _ = family
    world.claimed(one, "B")
    updating.update_task(world.place, ada, "A", status="done")
    bob = world.agent("bob")
    assert [world.rule(bob, path) for path in ("src/a", "src/b/x")] == ["free", "held"]


def test_a_subagent_at_work_renews_the_claim_it_works_under(world: World, family: tuple[int, int, int]) -> None:
    _, one, _ = family
    for _ in range(3):
        world.clock.advance(LEASE - 1)
        assert world.rule(one, "src/a") == "own"
    assert world.refused(world.agent("bob"), "A").holder == "ada"


def test_a_named_resource_is_held_by_one_agent_also_within_a_family(world: World, family: tuple[int, int, int]) -> None:
    ada, one, _ = family
    locking.lock_resource(world.place, ada, "db")
    outcome = locking.lock_resource(world.place, one, "db")
    assert isinstance(outcome, locking.Busy)
    assert outcome.holder == "ada"


def test_a_claim_lost_by_the_parent_stops_its_subagents_too(world: World, family: tuple[int, int, int]) -> None:
    ada, one, _ = family
    world.leaves("ada")
    world.claimed(world.agent("bob"), "A")
    assert world.rule(one, "src/a") == "taken_over"
    assert world.rule(ada, "src/a") == "taken_over"
