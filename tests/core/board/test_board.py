"""The board and the log."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.board.board import MOST_TASKS, Board, Waiting, read_board, recent_events
from mcp_server.core.leases import lock
from mcp_server.core.shared_state.write import send_message
from mcp_server.domain.errors import UnknownRecipient
from tests.workspace import LEASE, START_TIME, Workspace, task


def test_an_empty_board(workspace: Workspace) -> None:
    seen = read_board(workspace.place)
    assert seen == Board(START_TIME, (), (), 0, 0, (), (), ())


def test_the_board_shows_agents_tasks_claims_locks_and_who_waits_for_whom(workspace: Workspace) -> None:
    workspace.plan(task("A", "src", priority=1), task("B", "lib", depends_on=["A"]), task("C", "docs"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    lock.lock_resource(workspace.place, ada, "db")
    lock.lock_resource(workspace.place, bob, "db")
    seen = read_board(workspace.place)
    assert {agent.name for agent in seen.agents} == {"ada", "bob", "planner"}
    assert [(found.id, found.status) for found in seen.tasks] == [("A", "in_progress"), ("B", "todo"), ("C", "todo")]
    assert [(lease.holder_name, lease.task) for lease in seen.claims] == [("ada", "A")]
    assert [(lease.holder_name, lease.resource) for lease in seen.locks] == [("ada", "db")]
    assert set(seen.waiting) == {Waiting("bob", "db", "ada", START_TIME), Waiting("B", "A", "ada", None)}
    assert (seen.done, seen.more) == (0, 0)


def test_agents_are_shown_the_latest_first_and_those_that_ended_not_at_all(workspace: Workspace) -> None:
    for name in ("ada", "bob", "cleo"):
        workspace.agent(name)
        workspace.clock.advance(1)
    workspace.agent("ada")
    workspace.leaves("bob")
    assert [agent.name for agent in read_board(workspace.place).agents] == ["ada", "cleo"]


def test_an_agent_whose_process_is_gone_is_not_on_the_board_and_its_task_is_free(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    workspace.claimed(workspace.agent("ada", pid=7), "A")
    workspace.kill(7)
    seen = read_board(workspace.place)
    assert "ada" not in [agent.name for agent in seen.agents]
    assert [found.ready for found in seen.tasks] == [True]
    assert [lease.is_live(seen.now) for lease in seen.claims] == [False]


def test_nobody_waits_for_an_agent_that_holds_nothing_any_more(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    lock.lock_resource(workspace.place, ada, "db")
    lock.lock_resource(workspace.place, bob, "db")
    workspace.clock.advance(LEASE)
    assert read_board(workspace.place).waiting == ()


def test_a_long_list_of_tasks_is_cut_and_counted(workspace: Workspace) -> None:
    workspace.plan(*(task(f"J{number}", f"src/{number}") for number in range(MOST_TASKS + 30)))
    seen = read_board(workspace.place)
    assert (len(seen.tasks), seen.more) == (MOST_TASKS, 30)


def test_the_log_shows_the_newest_events_oldest_of_them_first(workspace: Workspace) -> None:
    for name in ("ada", "bob", "cleo"):
        workspace.agent(name)
    assert [event.subject for event in recent_events(workspace.place, 2)] == ["bob", "cleo"]


def test_a_name_that_is_only_an_address_and_a_killed_session_are_not_there(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    workspace.agent("killed", pid=7)
    workspace.recognise(Caller("person:pat", title="pat", kind="person"))
    workspace.kill(7)
    with pytest.raises(UnknownRecipient, match="there is no agent") as refused:
        send_message(workspace.place, ada, "nobody", "where are you")
    assert "pat" not in str(refused.value)
    assert [agent.name for agent in read_board(workspace.place).agents] == ["ada"]
    assert [event.subject for event in workspace.events("ended")] == ["killed"]
    workspace.recognise(Caller("person:pat", title="pat", kind="person", worktree="/repository"))
    assert {agent.name for agent in read_board(workspace.place).agents} == {"ada", "pat"}
    assert send_message(workspace.place, ada, "pat", "read this").delivered_to == ("pat",)
