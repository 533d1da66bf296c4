"""What an agent does, by what is recorded of it and what can be seen of its process."""

from __future__ import annotations

import pytest

from mcp_server.domain.agent import Agent, Process
from mcp_server.domain.presence import PROMPT_SECONDS
from mcp_server.ports import Books
from tests.store_contract.test_guard_book import claim
from tests.workspace import START_TIME, Workspace

PID = 7
PYTEST = "pytest -x"


def add(books: Books, name: str, *, parent: Agent | None = None, kind: str = "session", pid: int = PID) -> Agent:
    process = Process("here", pid, f"start of {pid}")
    return books.agents.add(
        f"s-{name}", name, kind, parent=parent and parent.id, process=process, worktree="/repository"
    )


def what(workspace: Workspace, agent: Agent) -> str:
    with workspace.store.reading() as books:
        return books.presence.of(agent.id).what


@pytest.fixture
def ada(workspace: Workspace) -> Agent:
    with workspace.store.writing() as books:
        return add(books, "ada")


def test_an_agent_is_in_a_turn_until_its_turn_ends_and_again_when_it_is_active(
    workspace: Workspace, ada: Agent
) -> None:
    assert what(workspace, ada) == "turn"
    with workspace.store.writing() as books:
        books.guard.stops((ada.id,))
    assert what(workspace, ada) == "idle"
    with workspace.store.writing() as books:
        assert books.guard.is_due((ada.id,))
        books.guard.touch((ada.id,))
    assert what(workspace, ada) == "turn"
    with workspace.store.writing() as books:
        books.agents.is_idle(ada.id)
        books.agents.seen(ada.id, itself=False)
    assert what(workspace, ada) == "idle"


def test_a_command_that_its_client_runs_is_its_own_by_the_text_that_was_recorded(
    workspace: Workspace, ada: Agent
) -> None:
    with workspace.store.writing() as books:
        one = add(books, "one", parent=ada, kind="subagent")
        two = add(books, "two", parent=ada, kind="subagent")
        books.commands.began("c", one.id, "/repository", PYTEST, confined=True, may_write=True)
        books.commands.ended("c")  # as for the client, once it runs in the background
        books.agents.is_idle(two.id)
    workspace.processes.runs(PID, PYTEST, 720)
    with workspace.store.reading() as books:
        doing = books.presence.of(one.id)
        assert (doing.what, doing.since, doing.words) == (
            "command",
            START_TIME - 720,
            "a command since 12 min: pytest -x",
        )
        assert [books.presence.is_working(agent.id) for agent in (ada, one, two)] == [True, True, False]
    workspace.processes.stops_running(PID)
    assert what(workspace, one) == "turn"


def test_a_command_of_which_nothing_was_recorded_is_the_sessions(workspace: Workspace, ada: Agent) -> None:
    with workspace.store.writing() as books:
        idle = add(books, "idle", parent=ada, kind="subagent")
        books.agents.is_idle(ada.id)
        books.agents.is_idle(idle.id)
    workspace.processes.runs(PID, "make")
    assert (what(workspace, ada), what(workspace, idle)) == ("command", "idle")


def test_what_else_a_client_started_is_no_command(workspace: Workspace, ada: Agent) -> None:
    process = workspace.processes.identify(PID)
    assert process is not None
    workspace.processes.shells[process] = [("/bin/sh -c if [ -r hooks/run ]; then :; fi", 3.0), ("node server.js", 9.0)]
    assert what(workspace, ada) == "turn"


def test_an_agent_waits_for_its_user_until_a_step_is_over_its_client_says_otherwise_or_for_eight_hours(
    workspace: Workspace, ada: Agent
) -> None:
    with workspace.store.writing() as books:
        books.guard.asks((ada.id,))
        books.guard.touch((ada.id,))  # a call beside the one that asks
    assert what(workspace, ada) == "prompt"
    process = workspace.processes.identify(PID)
    assert process is not None
    workspace.processes.asking[process] = False
    assert what(workspace, ada) == "turn"
    workspace.processes.asking[process] = True
    workspace.clock.advance(PROMPT_SECONDS - 1)
    with workspace.store.reading() as books:
        assert books.presence.of(ada.id).words == "at a permission prompt since 8 h"
        assert books.presence.is_working(ada.id)
    workspace.clock.advance(1)
    assert what(workspace, ada) == "turn"
    with workspace.store.writing() as books:
        books.guard.asks((ada.id,))
        books.guard.touch((ada.id,), prompt_is_over=True)
    assert what(workspace, ada) == "turn"


def test_an_agent_has_ended_with_its_process_with_its_machine_or_by_its_own_word(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        agents = [add(books, name, pid=number) for number, name in enumerate(("killed", "gone", "here"), 30)]
        books.agents.end(agents[1].id, "logout")
        place = books.agents.add("p", "place", "worktree", parent=None, process=None, worktree="")
    workspace.kill(30)
    assert [what(workspace, agent) for agent in agents] == ["ended", "ended", "turn"]
    workspace.clock.boot = "machine/boot-2"
    with workspace.store.reading() as books:
        assert [books.presence.has_ended(agent.id) for agent in (*agents, place)] == [True, True, True, False]
    workspace.clock.boot = "another/boot-9"
    assert what(workspace, agents[2]) == "turn"


def test_gone_are_the_holders_whose_process_ended_without_a_word(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        names = ("killed", "lives", "left", "lost", "holds nothing")
        agents = [add(books, name, pid=number) for number, name in enumerate(names, 30)]
        for agent in agents[:4]:
            claim(books, agent, agent.name[:2].upper() + str(agent.id), f"src/{agent.name}")
        books.agents.end(agents[2].id, "logout")
        books.leases.take_over(books.leases.held_by(agents[3].id)[0].token, "lives")
    for pid in (30, 32, 33, 34):
        workspace.kill(pid)
    with workspace.store.reading() as books:
        assert books.presence.gone() == [agents[0].id]


def test_of_a_process_that_cannot_be_seen_nothing_is_known(workspace: Workspace, ada: Agent) -> None:
    workspace.processes.runs(PID, "make")
    process = workspace.processes.identify(PID)
    assert process is not None
    workspace.processes.unseen.add(process)
    assert what(workspace, ada) == "unseen"
    with workspace.store.reading() as books:
        assert not books.presence.is_working(ada.id)
        assert not books.presence.has_ended(ada.id)


def test_whoever_was_found_working_has_its_leases_renewed_without_being_active(
    workspace: Workspace, ada: Agent
) -> None:
    with workspace.store.writing() as books:
        token = claim(books, ada, "A", "src")
    workspace.clock.advance(100)
    with workspace.store.writing() as books:
        assert [agent.id for agent in books.agents.due()] == [ada.id]
        books.agents.works(ada.id)
        lease = books.leases.get(token)
        assert lease is not None
        assert (lease.is_live(books.now), lease.expires_at, lease.seen_at) == (True, START_TIME + 160, START_TIME)
        assert books.agents.due() == []


def test_an_agent_moves_to_another_process(workspace: Workspace, ada: Agent) -> None:
    with workspace.store.writing() as books:
        books.agents.move(ada.id, process=None, worktree="/elsewhere")
        moved = books.agents.get(ada.id)
        assert (moved.process, moved.worktree) == (None, "/elsewhere")
