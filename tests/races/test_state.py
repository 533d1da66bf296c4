"""Processes that create, write, wait and die at the same state."""

from __future__ import annotations

import pytest

from mcp_server.adapters.sqlite import store
from mcp_server.domain.errors import StateUnavailable
from tests.races.start import Racer, race
from tests.workspace import Workspace, draft, task


@pytest.mark.parametrize("resource", ["db", "path:package.json"])
def test_a_lock_that_eight_processes_want_is_held_by_one_at_a_time(anywhere: Workspace, resource: str) -> None:
    counter = anywhere.file.parent / "counter"
    counter.write_text("0")
    tokens = [token for racer in race("locks", anywhere.file, 8, resource, "10") for token in racer]
    assert counter.read_text() == "80"
    assert len(set(tokens)) == 80


def test_five_processes_that_create_the_state_at_once_share_one(workspace: Workspace) -> None:
    file = workspace.file.parents[1] / "new" / "interlock" / "state.db"
    numbers = race("creates", file, 5)
    assert sorted(numbers) == [1, 2, 3, 4, 5]
    assert [entry.name for entry in file.parents[1].iterdir()] == ["interlock"]


def test_a_process_that_is_killed_in_the_middle_of_a_transaction_leaves_nothing_of_it(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    before = workspace.dump()
    racer = Racer("dies", workspace.file, "victim")
    racer.until_ready()
    racer.kill()
    assert workspace.dump() == before
    assert workspace.claimed(workspace.agent("ada")).task.id == "A"


def test_what_was_written_before_a_kill_is_kept(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    racer = Racer("dies", workspace.file, "victim")
    racer.until_ready()
    racer.kill()
    reopened = workspace.another_store()
    with reopened.reading() as books:
        assert [found.id for found in books.tasks.open(9)] == ["A"]


def test_a_writer_waits_for_another_and_sees_what_it_wrote(workspace: Workspace) -> None:
    racer = Racer("waits", workspace.file, "second")
    racer.until_ready()
    with workspace.store.writing() as books:
        racer.go()
        books.tasks.add([draft("A")])
    assert racer.result() == ["A"]


def test_a_writer_that_waited_long_enough_is_told_why_it_cannot_write(workspace: Workspace) -> None:
    impatient = store.SqliteStore(
        workspace.file, clock=workspace.clock, policy=lambda: workspace.policy, busy_seconds=0.001
    )
    with workspace.store.writing() as books:
        books.tasks.add([draft("A")])
        with pytest.raises(StateUnavailable, match="locked"), impatient.writing():
            pass
        with impatient.reading() as others:
            assert others.tasks.open(9) == []
    with impatient.writing() as books:
        assert [found.id for found in books.tasks.open(9)] == ["A"]
    impatient.close()
