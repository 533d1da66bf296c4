"""Processes that create, write, wait and die at the same state."""

from __future__ import annotations

import pytest

from mcp_server.adapters import sqlite_store
from mcp_server.domain.refusal import StateUnavailable
from tests.races.start import Racer, race
from tests.worlds import World, draft, task


@pytest.mark.parametrize("resource", ["db", "path:package.json"])
def test_a_lock_that_eight_processes_want_is_held_by_one_at_a_time(world: World, resource: str) -> None:
    counter = world.file.parent / "counter"
    counter.write_text("0")
    tokens = [token for racer in race("locks", world.file, 8, resource, "10") for token in racer]
    assert counter.read_text() == "80"
    assert len(set(tokens)) == 80


def test_five_processes_that_create_the_state_at_once_share_one(world: World) -> None:
    file = world.file.parents[1] / "new" / "interlock" / "state.db"
    numbers = race("creates", file, 5)
    assert sorted(numbers) == [1, 2, 3, 4, 5]
    assert [entry.name for entry in file.parents[1].iterdir()] == ["interlock"]


def test_a_process_that_is_killed_in_the_middle_of_a_transaction_leaves_nothing_of_it(world: World) -> None:
    world.plan(task("A", "src"))
    before = world.dump()
    racer = Racer("dies", world.file, "victim")
    racer.until_ready()
    racer.kill()
    assert world.dump() == before
    assert world.claimed(world.agent("ada")).task.id == "A"


def test_what_was_written_before_a_kill_is_kept(world: World) -> None:
    world.plan(task("A", "src"))
    racer = Racer("dies", world.file, "victim")
    racer.until_ready()
    racer.kill()
    reopened = world.another_store()
    with reopened.reading() as books:
        assert [found.id for found in books.tasks.open(9)] == ["A"]


def test_a_writer_waits_for_another_and_sees_what_it_wrote(world: World) -> None:
    racer = Racer("waits", world.file, "second")
    racer.until_ready()
    with world.store.writing() as books:
        racer.go()
        books.tasks.add([draft("A")])
    assert racer.result() == ["A"]


def test_a_writer_that_waited_long_enough_is_told_why_it_cannot_write(world: World) -> None:
    impatient = sqlite_store.SqliteStore(world.file, clock=world.clock, policy=lambda: world.policy, busy_seconds=0.001)
    with world.store.writing() as books:
        books.tasks.add([draft("A")])
        with pytest.raises(StateUnavailable, match="locked"), impatient.writing():
            pass
        with impatient.reading() as others:
            assert others.tasks.open(9) == []
    with impatient.writing() as books:
        assert [found.id for found in books.tasks.open(9)] == ["A"]
    impatient.close()
