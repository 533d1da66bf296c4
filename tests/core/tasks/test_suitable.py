"""A task is offered to whoever can do it, and nobody else."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.tasks.plan import Proposal
from mcp_server.domain.assignment.roles import RoleSettings
from mcp_server.domain.settings import Settings
from tests.workspace import Workspace, task


def proposal(task_id: str, *scope: str, role: str | None = None, capabilities: tuple[str, ...] = ()) -> Proposal:
    return task(task_id, *scope)._replace(role=role, capabilities=capabilities)


@pytest.fixture
def four(workspace: Workspace) -> Workspace:
    """A task for each kind of agent: `any` has no role, `look` no scope."""
    workspace.plan(
        proposal("write", "src/**", role="writer"),
        proposal("any", "lib/**"),
        proposal("test", role="tester"),
        proposal("look"),
    )
    return workspace


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("general-purpose", ["write", "any", "test", "look"]),
        ("interlock:writer", ["write", "any", "test", "look"]),
        ("interlock:tester", ["test", "look"]),
        ("interlock:reader", ["look"]),
    ],
)
def test_a_subagent_is_offered_what_its_role_can_do(four: Workspace, kind: str, expected: list[str]) -> None:
    four.agent("lead")
    sub = four.subagent("lead", "x", kind=kind)
    assert [four.claimed(sub).task.id for _ in expected] == expected
    assert four.refused(sub).reason == "nothing_ready"


def test_what_is_left_for_others_is_said(four: Workspace) -> None:
    four.agent("lead")
    sub = four.subagent("lead", "x", kind="interlock:reader")
    four.claimed(sub)
    advice = four.refused(sub).advice
    assert advice.startswith("3 tasks ready, but not for you: write is a writer's, but you were started as")
    assert "interlock:reader, a reader (reads" in advice


def test_a_task_of_another_role_is_refused_by_its_id(four: Workspace) -> None:
    four.agent("lead")
    sub = four.subagent("lead", "x", kind="interlock:tester")
    refused = four.refused(sub, "write")
    assert (refused.reason, refused.holder) == ("role", None)
    assert "write is a writer's, but you were started as interlock:tester" in refused.advice
    assert "claim_task" in refused.advice
    assert "any has files to change, but you were started as interlock:tester" in four.refused(sub, "any").advice
    assert four.task("write").status == "todo"


def test_a_session_may_take_a_task_of_any_role_and_its_subagents_only_what_that_lets_them(four: Workspace) -> None:
    lead = four.agent("lead")
    sub = four.subagent("lead", "x")
    assert four.claimed(lead, "test").task.role == "tester"
    assert four.refused(sub, "write").reason == "role"
    assert "the agent that you work under holds task test" in four.refused(sub, "write").advice
    assert four.claimed(sub).task.id == "look"
    assert four.claimed(lead, "write").task.role == "writer"


def test_a_session_that_was_started_in_a_role_is_kept_to_it(four: Workspace) -> None:
    session = four.recognise(Caller(session="s", title="s", subagent_type="interlock:reader"))
    assert four.refused(session, "any").reason == "role"


def test_a_teammates_name_is_no_type(four: Workspace) -> None:
    four.agent("lead")
    mate = four.recognise(Caller("lead", "x", "interlock:reader", teammate="interlock:reader", title="lead"))
    assert four.claimed(mate, "write").task.id == "write"


def test_a_role_of_the_settings_limits_the_agents_that_are_called_so(workspace: Workspace) -> None:
    roles = (RoleSettings("docs", tools=("Read", "Edit")),)
    workspace.settings = Settings(roles=roles)
    workspace.policy.roles = roles
    workspace.plan(proposal("D", "docs/**", role="docs"), proposal("W", "src/**", role="writer"))
    workspace.agent("lead")
    sub = workspace.subagent("lead", "x", kind="docs")
    assert workspace.refused(sub, "W").reason == "role"
    assert workspace.claimed(sub).task.id == "D"


def test_a_task_goes_to_whoever_has_what_it_needs(workspace: Workspace) -> None:
    workspace.plan(proposal("D", "src/**", capabilities=("docker", "long")), proposal("E", "lib/**"))
    bob = workspace.agent("bob")
    assert workspace.claimed(bob).task.id == "E"
    refused = workspace.refused(bob, "D")
    assert refused.reason == "role"
    assert "D needs docker, long, which neither this machine nor your session has" in refused.advice
    assert "INTERLOCK_CAPABILITIES=docker,long" in refused.advice
    assert "1 task ready, but not for you: D needs docker" in workspace.refused(bob).advice
    workspace.machine.equipment.add("docker")
    assert "D needs long, which" in workspace.refused(bob, "D").advice
    workspace.recognise(Caller(session="ada", title="ada", can=("long",)))
    sub = workspace.subagent("ada", "x")
    assert workspace.claimed(sub).task.id == "D"


def test_what_was_said_of_a_session_stays(workspace: Workspace) -> None:
    workspace.plan(proposal("D", "src/**", capabilities=("gpu", "fast")))
    ada = workspace.recognise(Caller(session="ada", title="ada", can=("gpu",)))
    assert workspace.recognise(Caller(session="ada", title="ada", can=("fast", "gpu"))) == ada
    assert workspace.agent("ada") == ada
    assert workspace.claimed(ada).task.id == "D"


def test_a_session_that_is_resumed_as_nothing_in_particular_is_kept_to_no_role_any_more(four: Workspace) -> None:
    session = four.recognise(Caller(session="s", title="s", subagent_type="interlock:reader"))
    assert four.recognise(Caller(session="s", title="s")) == session
    assert four.refused(session, "any").reason == "role"
    four.recognise(Caller(session="s", title="s", subagent_type=""))
    assert four.claimed(session, "any").task.id == "any"
