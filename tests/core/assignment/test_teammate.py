"""May a lead start this teammate? Only with a task of its own, which is claimed for it before it starts."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.assignment.teammate import BEGINS_WITHIN, Asked, Reserved, names_work, not_started, reserve
from mcp_server.core.tasks.plan import Proposal
from mcp_server.domain.settings import Settings, TeamSettings
from tests.workspace import Workspace, task


@pytest.fixture
def lead(workspace: Workspace) -> int:
    """A lead, and two tasks that are free: T1 in src/auth, T2 in src/api."""
    workspace.plan(Proposal("Auth", ["src/auth/**"], "T1"), Proposal("API", ["src/api/**"], "T2"))
    return workspace.recognise(Caller("s1", title="lead"))


def asked(lead: int, prompt: str, called: str = "alice", **how: bool) -> Asked:
    return Asked(lead, "s1", called, "Work", prompt, **how)


def granted(workspace: Workspace, one: Asked) -> Reserved:
    outcome = reserve(workspace.place, one)
    assert isinstance(outcome, Reserved), outcome
    return outcome


def refused(workspace: Workspace, one: Asked) -> str:
    outcome = reserve(workspace.place, one)
    assert isinstance(outcome, str), outcome
    assert len(outcome) <= 600
    assert workspace.events("refused")[-1].detail == "teammate"
    return outcome


def begins(workspace: Workspace, called: str = "alice") -> int:
    """The teammate's first event, in the lead's own process."""
    return workspace.recognise(Caller("s1", f"a{called}-0123456789abcdef", called, called))


def test_the_task_that_the_prompt_names_is_the_teammates_before_it_begins(workspace: Workspace, lead: int) -> None:
    reserved = granted(workspace, asked(lead, "Work on T1."))
    assert (reserved.name, reserved.task.id, reserved.gated) == ("lead/alice", "T1", False)
    assert 'you are lead/alice and hold T1, "Auth". You may write src/auth/**.' in reserved.words
    assert workspace.refused(workspace.agent("bob"), "T1").holder == "lead/alice"
    alice = begins(workspace)
    assert [lease.task for lease in workspace.leases(alice)] == ["T1"]
    assert workspace.claimed(alice, "T1").task.id == "T1"
    assert (workspace.rule(alice, "src/auth/x"), workspace.rule(alice, "src/api/x")) == ("own", "outside")


def test_a_teammate_in_a_pane_is_the_one_that_was_expected(workspace: Workspace, lead: int) -> None:
    granted(workspace, asked(lead, "Work on T1."))
    alice = workspace.recognise(Caller("s2", subagent_type="general-purpose", teammate="alice", lead="s1"))
    assert [lease.holder_name for lease in workspace.leases(alice)] == ["lead/alice"]
    with workspace.store.reading() as books:
        mate = books.teams.of(alice)
    assert mate is not None
    assert (mate.lead, mate.expected_at) == (lead, None)


def test_without_a_task_or_scope_it_is_refused_with_what_is_free(workspace: Workspace, lead: int) -> None:
    words = refused(workspace, asked(lead, "Do something about the login."))
    assert words.startswith("alice was not started: its prompt names no task, and no scope. Free: T1 Auth; T2 API.")
    assert workspace.leases() == []
    with workspace.store.reading() as books:
        assert books.agents.named("lead/alice") is None


def test_a_task_that_somebody_holds_is_refused_with_the_holder(workspace: Workspace, lead: int) -> None:
    granted(workspace, asked(lead, "Work on T1."))
    words = refused(workspace, asked(lead, "Work on T1 as well.", "bob"))
    assert "lead/alice is working on T1" in words
    assert "Free: T2 API." in words
    workspace.claimed(lead, "T2")
    assert "lead is working on T2" in refused(workspace, asked(lead, "Work on T2", "bob"))


def test_a_scope_in_the_prompt_becomes_a_task(workspace: Workspace, lead: int) -> None:
    reserved = granted(workspace, asked(lead, "Write the pages.\nScope: docs/**, README.md\nThanks."))
    assert reserved.task.scope == ("docs/**", "README.md")
    assert reserved.task.title == "Work"
    words = refused(workspace, asked(lead, "Also.\n- scope: `docs/api/**`", "bob"))
    assert f"its scope overlaps {reserved.task.id}, which lead/alice holds (docs/api/" in words
    assert "{a" in refused(workspace, asked(lead, "scope: {a", "bob"))
    with workspace.store.reading() as books:
        assert [one.id for one in books.tasks.ready(9)] == ["T1", "T2"]


def test_whatever_plans_first_is_gated(workspace: Workspace, lead: int) -> None:
    reserved = granted(workspace, asked(lead, "Work on T1.", plans_first=True))
    assert reserved.gated
    assert 'status="plan"' in reserved.words
    assert workspace.rule(begins(workspace), "src/auth/x") == "plan"
    workspace.settings = Settings(teams=TeamSettings(plan_first=True))
    assert granted(workspace, asked(lead, "Work on T2.", "bob")).gated


def test_a_task_is_free_again_when_the_client_did_not_start_its_teammate(workspace: Workspace, lead: int) -> None:
    granted(workspace, asked(lead, "Work on T1."))
    with workspace.store.writing() as books:
        not_started(books, lead, "bob")
        not_started(books, lead, "alice")
    granted(workspace, asked(lead, "Work on T1.", "bob"))
    begins(workspace, "bob")
    with workspace.store.writing() as books:
        not_started(books, lead, "bob")  # it has begun
    assert "lead/bob" in refused(workspace, asked(lead, "Work on T1."))


def test_a_teammate_that_never_began_loses_its_task_to_the_next_of_the_same_lead(
    workspace: Workspace, lead: int
) -> None:
    granted(workspace, asked(lead, "Work on T1."))
    workspace.clock.advance(BEGINS_WITHIN + 1)
    assert granted(workspace, asked(lead, "Work on T1.", "bob")).name == "lead/bob"


def test_the_same_name_again_is_the_same_teammate(workspace: Workspace, lead: int) -> None:
    granted(workspace, asked(lead, "Work on T1."))
    alice = begins(workspace)
    with workspace.store.writing() as books:
        books.agents.is_idle(alice)
    assert granted(workspace, asked(lead, "Go on with T1.")).name == "lead/alice"
    assert begins(workspace) == alice


def test_whether_a_prompt_names_work(workspace: Workspace, lead: int) -> None:
    assert names_work(workspace.place, asked(lead, "Look at T1"))
    assert names_work(workspace.place, asked(lead, "scope: a"))
    assert not names_work(workspace.place, asked(lead, "Look around, at scope and at T9"))


def test_two_teammates_that_are_started_at_once_never_get_overlapping_scopes(workspace: Workspace, lead: int) -> None:
    workspace.plan(task("T3", "src/auth/login.py"))
    granted(workspace, asked(lead, "Work on T1."))
    words = refused(workspace, asked(lead, "Work on T3.", "bob"))
    assert "overlaps" in words
    assert "src/auth/login.py" in words


def test_where_tasks_are_shared_with_other_machines_a_teammate_is_asked_to_claim_its_own(
    workspace: Workspace, lead: int
) -> None:
    workspace.mirrors()
    reserved = granted(workspace, asked(lead, "Work on T1."))
    assert 'Before anything else call claim_task("T1"): "Auth", for src/auth/**.' in reserved.words
    assert workspace.leases() == []
    begins(workspace)
    assert "names no task" in refused(workspace, asked(lead, "scope: src/new/**", "carl"))


def test_where_tasks_are_shared_a_teammate_for_what_another_machine_holds_is_not_started(
    workspace: Workspace, lead: int
) -> None:
    workspace.mirrors()
    workspace.claimed(workspace.elsewhere("ben@build-2"), "T1")
    assert "ben@build-2 holds" in refused(workspace, asked(lead, "Work on T1."))
    workspace.plan(task("T3", depends_on=["T2"]))
    assert "T3 is waiting" in refused(workspace, asked(lead, "Work on T3."))
