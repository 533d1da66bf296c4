"""Other machines can't see that an agent works in silence, so its leases are renewed for them."""

from __future__ import annotations

import pytest

from mcp_server.core.machines.heartbeat import PART, beat
from tests.workspace import LEASE, Workspace, task

PID = 7


@pytest.fixture
def ben(workspace: Workspace) -> int:
    """Holds T1 on this machine."""
    workspace.mirrors(host="here")
    workspace.plan(task("T1", "src/"))
    agent = workspace.agent("ben", pid=PID)
    workspace.claimed(agent, "T1")
    return agent


def seen_at(workspace: Workspace, agent: int) -> float:
    with workspace.store.reading() as books:
        return books.agents.get(agent).seen_at


def test_whoever_runs_a_command_in_silence_is_renewed_well_before_its_lease_expires(
    workspace: Workspace, ben: int
) -> None:
    workspace.processes.runs(PID, "make")
    workspace.clock.advance(LEASE / PART - 1)
    assert beat(workspace.place) == []
    workspace.clock.advance(1)
    assert beat(workspace.place) == ["ben@here"]
    assert seen_at(workspace, ben) == workspace.clock.now
    assert beat(workspace.place) == []


def test_whoever_waits_at_a_prompt_is_renewed_and_waits_on(workspace: Workspace, ben: int) -> None:
    with workspace.store.writing() as books:
        books.guard.asks((ben,))
    workspace.processes.asking[workspace.processes.identify(PID)] = True  # type: ignore[index]  # it exists
    workspace.clock.advance(LEASE / 2)
    assert beat(workspace.place) == ["ben@here"]
    with workspace.store.reading() as books:
        assert books.presence.of(ben).what == "prompt"


def test_whoever_is_silent_and_does_nothing_is_not_renewed(workspace: Workspace, ben: int) -> None:
    workspace.clock.advance(LEASE / 2)
    before = seen_at(workspace, ben)
    assert beat(workspace.place) == []
    assert seen_at(workspace, ben) == before


def test_agents_of_other_machines_are_theirs_to_renew(workspace: Workspace, ben: int) -> None:
    assert ben
    workspace.plan(task("T2", "docs/"))
    carl = workspace.elsewhere("carl@there")
    workspace.claimed(carl, "T2")
    process = workspace.processes.identify(8)
    assert process is not None
    workspace.change("UPDATE agent SET host = ?, pid = ?, started = ? WHERE id = ?", (*process, carl))
    workspace.processes.runs(8, "make")
    workspace.clock.advance(LEASE / 2)
    assert beat(workspace.place) == []


def test_where_no_other_machine_works_nothing_is_done(workspace: Workspace) -> None:
    workspace.plan(task("T1", "src/"))
    workspace.claimed(workspace.agent("ben", pid=PID), "T1")
    workspace.processes.runs(PID, "make")
    workspace.clock.advance(LEASE / 2)
    assert beat(workspace.place) == []
