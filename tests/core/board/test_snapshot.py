"""Everything that a board shows, at one moment."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.board.snapshot import MOST_TASKS, Snapshot, take_snapshot
from mcp_server.core.leases import lock
from mcp_server.core.shared_state.write import send_message
from mcp_server.core.tasks.update import update_task
from tests.workspace import START_TIME, Workspace, task


def columns(seen: Snapshot) -> dict[str, str]:
    return {card.task.id: card.column for card in seen.tasks}


def test_nothing_is_there_in_a_new_repository(workspace: Workspace) -> None:
    seen = take_snapshot(workspace.place)
    assert (seen.now, seen.agents, seen.tasks, seen.needs, seen.open, seen.done) == (START_TIME, (), (), (), 0, 0)


def test_each_task_is_in_the_column_of_its_state(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"), task("B", "b"), task("C", "c", depends_on=["A"]), task("D", "d"), task("E", "e"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "D")
    update_task(workspace.place, ada, "D", status="done")
    workspace.claimed(ada, "B")
    update_task(workspace.place, ada, "B", status="blocked", note="a key")
    workspace.claimed(ada, "A")
    seen = take_snapshot(workspace.place)
    assert columns(seen) == {"A": "working", "B": "blocked", "C": "waiting", "D": "done", "E": "ready"}
    assert (seen.open, seen.done) == (4, 1)
    assert [card.task.id for card in seen.column("working")] == ["A"]
    assert next(card for card in seen.tasks if card.task.id == "C").waits_for == ("A",)


def test_a_claim_shows_its_holder_since_when_and_at_what_it_is(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    ada = workspace.agent("ada", pid=7)
    workspace.clock.advance(5)
    workspace.claimed(ada, "A")
    update_task(workspace.place, ada, "A", note="half of it is done")
    with workspace.store.writing() as books:
        books.commands.began("call", ada, "/repository", "pytest -q", confined=False, may_write=True)
    workspace.processes.runs(7, "pytest -q", 90)
    workspace.clock.advance(100)
    [card] = take_snapshot(workspace.place).tasks
    assert (card.holder, card.since, card.active_at) == ("ada", START_TIME + 5, START_TIME + 5)
    assert card.doing == "a command since 90 s: pytest -q"
    assert [note.text for note in card.notes] == ["half of it is done"]
    assert card.flags == ()


def test_an_expired_claim_and_failures_are_flagged(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    update_task(workspace.place, ada, "A", status="failed")
    workspace.claimed(ada, "A")
    workspace.clock.advance(workspace.settings.lease_seconds + 1)
    [card] = take_snapshot(workspace.place).tasks
    assert card.flags == ("its claim has expired", "failed 1 ×")


def test_an_agent_shows_what_it_does_what_it_holds_and_how_many_messages_wait(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    ada, bob = workspace.agent("ada", pid=7), workspace.agent("bob", pid=8)
    workspace.agent("cleo")
    workspace.recognise(Caller("person:pat", title="pat", kind="person", worktree="/repository"))
    workspace.claimed(ada, "A")
    lock.lock_resource(workspace.place, ada, "db")
    lock.lock_resource(workspace.place, bob, "db")
    send_message(workspace.place, bob, "ada", "please free the database")
    with workspace.store.writing() as books:
        books.guard.stops([bob])
    cards = {card.agent.name: card for card in take_snapshot(workspace.place).agents}
    assert (cards["ada"].state, cards["ada"].holds, cards["ada"].unread) == ("working", ("A", "db"), 1)
    assert cards["ada"].host == "here"
    assert (cards["cleo"].state, cards["pat"].state) == ("unseen", "person")
    assert (cards["bob"].state, cards["bob"].holds, cards["bob"].unread) == ("idle", (), 0)
    seen = take_snapshot(workspace.place)
    assert [(wait.who, wait.subject, wait.holder) for wait in seen.waits] == [("bob", "db", "ada")]
    assert [lease.resource for lease in seen.locks] == ["db"]


def test_an_agent_that_ended_is_not_shown_and_what_it_held_needs_a_person(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    workspace.claimed(workspace.agent("ada", pid=7), "A")
    workspace.kill(7)
    seen = take_snapshot(workspace.place)
    assert [card.agent.name for card in seen.agents] == ["planner"]
    assert [need.kind for need in seen.needs] == ["lost"]


def test_a_task_that_was_done_more_than_a_day_ago_is_not_shown(workspace: Workspace) -> None:
    workspace.plan(task("A", "a"))
    update_task(workspace.place, workspace.agent("ada"), "A", status="done")
    assert columns(take_snapshot(workspace.place)) == {"A": "done"}
    workspace.clock.advance(25 * 3600)
    seen = take_snapshot(workspace.place)
    assert (columns(seen), seen.done) == ({}, 1)


def test_of_many_tasks_the_first_are_shown_and_the_others_counted(workspace: Workspace) -> None:
    workspace.plan(*(task(f"J{number}", f"src/{number}") for number in range(MOST_TASKS + 30)))
    workspace.claimed(workspace.agent("ada"), f"J{MOST_TASKS + 20}")
    seen = take_snapshot(workspace.place)
    assert len(seen.column("ready")) == MOST_TASKS
    assert [card.task.id for card in seen.column("working")] == [f"J{MOST_TASKS + 20}"]
    assert seen.more == {"ready": 29}


@pytest.mark.parametrize("times", [1, 3])
def test_looking_changes_nothing(workspace: Workspace, times: int) -> None:
    workspace.plan(task("A", "a"))
    workspace.claimed(workspace.agent("ada", pid=7), "A")
    workspace.kill(7)
    before = workspace.dump()
    for _ in range(times):
        take_snapshot(workspace.place)
    assert workspace.dump() == before
