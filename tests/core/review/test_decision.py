"""Deciding on a review: approved, rejected, by whom, and what its author reads."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.command_line import PersonsAct
from mcp_server.core.approval.decide import approve_task, reject_task
from mcp_server.core.tasks.update import update_task
from mcp_server.domain.errors import Misuse
from tests.core.review.test_closing import asked, person, review_of
from tests.workspace import Workspace, task


def approve(workspace: Workspace, agent: int, task_id: str = "A", note: str | None = None) -> str:
    return approve_task(workspace.place, agent, task_id, note=note, line="`interlock approve A`").task.status


def test_approved_it_is_done_its_scope_is_free_and_what_waited_is_ready(workspace: Workspace) -> None:
    ada = asked(workspace)
    assert approve(workspace, person(workspace), note="well done") == "done"
    assert workspace.leases() == []
    assert workspace.rule(ada, "src/a") == "free"
    assert workspace.task("B").ready is True
    assert [(event.agent, event.detail) for event in workspace.events("approved")] == [("pat", "well done")]
    assert [message.subject for message in workspace.inbox(ada)] == ["A was approved by pat"]


def test_rejected_it_is_to_do_again_with_the_reason_and_its_author_knows(workspace: Workspace) -> None:
    ada = asked(workspace)
    workspace.leaves("ada")
    done = reject_task(workspace.place, person(workspace), "A", "the edge case\nof an empty list")
    assert (done.task.status, done.author) == ("todo", "ada")
    [message] = workspace.inbox(ada)
    assert "A was rejected by pat: the edge case" in message.subject
    assert 'claim_task("A")' in message.body
    claimed = workspace.claimed(workspace.agent("ben"), "A")
    assert [note.text for note in claimed.notes] == ["all done", "(rejected by pat) the edge case\nof an empty list"]
    assert workspace.rule(workspace.agent("ben"), "src/a") == "own"
    assert [event.subject for event in workspace.events("rejected")] == ["A"]


def test_a_rejection_needs_a_reason(workspace: Workspace) -> None:
    asked(workspace)
    with pytest.raises(Misuse):
        reject_task(workspace.place, person(workspace), "A", "  ")
    assert workspace.task("A").status == "review"


def test_nobody_approves_their_own_neither_do_their_subagents_and_the_attempt_is_logged(workspace: Workspace) -> None:
    ada = asked(workspace)
    child = workspace.subagent("ada", "c1")
    for agent in (ada, child):
        with pytest.raises(PersonsAct, match="interlock approve A"):
            approve(workspace, agent)
    assert workspace.task("A").status == "review"
    assert [event.detail for event in workspace.events("refused")] == ["a person's act"] * 2
    assert approve(workspace, workspace.agent("ben")) == "done", "another agent may, and it is logged"
    assert [event.agent for event in workspace.events("approved")] == ["ben"]


def test_an_agent_approves_what_its_subagent_did(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    child = workspace.subagent("ada", "c1")
    workspace.claimed(child, "A")
    update_task(workspace.place, child, "A", status="review")
    assert approve(workspace, ada) == "done"


def test_an_author_takes_its_own_back(workspace: Workspace) -> None:
    ada = asked(workspace)
    assert reject_task(workspace.place, ada, "A", "I forgot the tests").task.status == "todo"
    assert workspace.inbox(ada) == []
    assert workspace.claimed(ada, "A").task.id == "A"


def test_a_person_approves_their_own(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    pat = person(workspace)
    workspace.claimed(pat, "A")
    update_task(workspace.place, pat, "A", status="review")
    assert approve(workspace, pat) == "done"


def test_reviewed_again_it_keeps_when_work_began_and_forgets_the_rejection(workspace: Workspace) -> None:
    ada = asked(workspace)
    first = review_of(workspace, "A")
    workspace.clock.advance(60)
    reject_task(workspace.place, person(workspace), "A", "no")
    workspace.claimed(ada, "A")
    update_task(workspace.place, ada, "A", status="review")
    second = review_of(workspace, "A")
    assert (second.began_at, second.rejected_at, second.asked_at) == (first.began_at, None, first.asked_at + 60)


def test_what_was_merged_by_then_readies_what_waited(workspace: Workspace) -> None:
    asked(workspace)
    with workspace.store.writing() as books:
        books.worktrees.add("A", "/trees/A", branch="A", base="main", start="c0ffee", task="A")
        books.worktrees.move("A", "ready")
    workspace.checkout.brought["/trees/A", "main"] = "d00d"
    done = approve_task(workspace.place, person(workspace), "A", note=None, line="…")
    assert (done.away, done.ready) == (False, ("B",))
