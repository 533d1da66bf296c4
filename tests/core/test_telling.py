"""Telling an agent what it lost, once."""

from __future__ import annotations

from mcp_server.core.telling import tell_losses
from tests.worlds import LEASE, World, task


def told(world: World, agent_id: int) -> str | None:
    with world.store.writing() as books:
        return tell_losses(books, books.agents.get(agent_id))


def lose(world: World) -> tuple[int, int]:
    """Ada loses A and B to Bob; her subagent holds nothing of its own."""
    world.plan(task("A", "a"), task("B", "b"))
    ada = world.agent("ada")
    sub = world.subagent("ada", "x1")
    world.claimed(ada, "A")
    world.claimed(ada, "B")
    world.clock.advance(LEASE)
    bob = world.agent("bob")
    world.claimed(bob, "A")
    world.claimed(bob, "B")
    return ada, sub


def test_who_lost_nothing_is_told_nothing(world: World) -> None:
    ada = world.agent("ada")
    before = world.dump()
    assert told(world, ada) is None
    assert world.dump() == before


def test_all_that_was_lost_is_told_once(world: World) -> None:
    ada, _ = lose(world)
    said = told(world, ada)
    assert said is not None
    assert "A was taken over by bob at 2027-01-15T08:30:00Z" in said
    assert "B was taken over by bob" in said
    assert told(world, ada) is None
    assert world.rule(ada, "c") == "free"


def test_a_subagent_is_told_what_the_one_it_works_under_lost(world: World) -> None:
    _, sub = lose(world)
    said = told(world, sub)
    assert said is not None
    assert "A was taken over by bob" in said
    assert world.rule(sub, "c") == "free"
