"""The board and the log."""

from __future__ import annotations

from mcp_server.core import locking, overseeing
from mcp_server.core.overseeing import Waiting, board
from tests.worlds import BEGINNING, LEASE, World, task


def test_an_empty_board(world: World) -> None:
    seen = board(world.place)
    assert seen == (BEGINNING, (), (), 0, 0, (), (), (), ())


def test_the_board_shows_agents_tasks_claims_locks_and_who_waits_for_whom(world: World) -> None:
    world.plan(task("A", "src", priority=1), task("B", "lib", depends_on=["A"]), task("C", "docs"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    locking.lock_resource(world.place, ada, "db")
    locking.lock_resource(world.place, bob, "db")
    seen = board(world.place)
    assert {agent.name for agent in seen.agents} == {"ada", "bob", "planner"}
    assert [(found.id, found.status) for found in seen.tasks] == [("A", "in_progress"), ("B", "todo"), ("C", "todo")]
    assert [(lease.holder_name, lease.task) for lease in seen.claims] == [("ada", "A")]
    assert [(lease.holder_name, lease.resource) for lease in seen.locks] == [("ada", "db")]
    assert set(seen.waiting) == {Waiting("bob", "db", "ada", BEGINNING), Waiting("B", "A", "ada", None)}
    assert (seen.done, seen.more) == (0, 0)


def test_agents_are_shown_the_latest_first_and_those_that_ended_not_at_all(world: World) -> None:
    for name in ("ada", "bob", "cleo"):
        world.agent(name)
        world.clock.advance(1)
    world.agent("ada")
    world.leaves("bob")
    assert [agent.name for agent in board(world.place).agents] == ["ada", "cleo"]


def test_an_agent_whose_process_is_gone_is_not_on_the_board_and_its_task_is_free(world: World) -> None:
    world.plan(task("A", "src"))
    world.claimed(world.agent("ada", pid=7), "A")
    world.kill(7)
    seen = board(world.place)
    assert "ada" not in [agent.name for agent in seen.agents]
    assert [found.ready for found in seen.tasks] == [True]
    assert [lease.is_live(seen.now) for lease in seen.claims] == [False]


def test_nobody_waits_for_an_agent_that_holds_nothing_any_more(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    locking.lock_resource(world.place, ada, "db")
    locking.lock_resource(world.place, bob, "db")
    world.clock.advance(LEASE)
    assert board(world.place).waiting == ()


def test_a_long_list_of_tasks_is_cut_and_counted(world: World) -> None:
    world.plan(*(task(f"J{number}", f"src/{number}") for number in range(overseeing.MOST_TASKS + 30)))
    seen = board(world.place)
    assert (len(seen.tasks), seen.more) == (overseeing.MOST_TASKS, 30)


def test_the_log_shows_the_newest_events_oldest_of_them_first(world: World) -> None:
    for name in ("ada", "bob", "cleo"):
        world.agent(name)
    assert [event.subject for event in overseeing.log(world.place, 2)] == ["bob", "cleo"]
