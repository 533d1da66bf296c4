"""A task that waits for review: its scope is closed for everybody, whatever becomes of its author."""

from __future__ import annotations

import pytest

from mcp_server.core.approval.decide import approve_task, reject_task
from mcp_server.core.board.board import read_board
from mcp_server.core.leases import lock
from mcp_server.core.leases.lock import Busy
from mcp_server.core.review.decision import NotWaiting
from mcp_server.core.shared_state.write import send_message
from mcp_server.core.tasks.update import NotWidened, ReviewRequired, Updated, update_task
from mcp_server.domain.agent import PERSON
from mcp_server.domain.errors import NotHolder, UnknownRecipient
from mcp_server.domain.settings import ReviewSettings
from mcp_server.domain.task import Review
from tests.workspace import LEASE, Workspace, task

DAY = 24 * 3600.0


def asked(workspace: Workspace, *, pid: int | None = None, scope: str = "src") -> int:
    """Ada has finished A, for which B waits, and asks for review."""
    workspace.plan(task("A", scope, resources=["db"]), task("B", "lib", depends_on=["A"]), task("C", f"{scope}/x"))
    ada = workspace.agent("ada", pid=pid)
    workspace.claimed(ada, "A")
    updated = update_task(workspace.place, ada, "A", status="review", note="all done")
    assert isinstance(updated, Updated)
    assert (updated.task.status, updated.holder, updated.now_ready) == ("review", "a review", ())
    return ada


def person(workspace: Workspace, name: str = "pat") -> int:
    with workspace.store.writing() as books:
        known = books.agents.find(f"person:{name}")
        return (
            known or books.agents.add(f"person:{name}", name, PERSON, parent=None, process=None, worktree="/repo")
        ).id


def review_of(workspace: Workspace, task_id: str) -> Review:
    seq = workspace.task(task_id).seq
    with workspace.store.reading() as books:
        review = books.reviews.of(seq)
    assert review is not None
    return review


def assert_closed(workspace: Workspace, *agents: int) -> None:
    for agent in agents:
        decision = workspace.writes(agent, "src/a.py")
        assert (decision.allowed, decision.rule, decision.holder, decision.task) == (False, "held", "a review", "A")
    assert workspace.task("A").status == "review"


def test_its_scope_is_closed_for_its_author_too_and_its_claim_has_ended(workspace: Workspace) -> None:
    ada = asked(workspace)
    assert workspace.leases(ada) == []
    assert_closed(workspace, ada, workspace.agent("ben"), person(workspace))
    assert "waits for review" in workspace.writes(ada, "src/a.py").reason
    assert isinstance(lock.lock_resource(workspace.place, ada, "db"), lock.Locked), "its resources are free"
    assert [event.subject for event in workspace.events("review")] == ["A"]


def test_no_claim_no_lock_and_no_wider_scope_overlaps_it(workspace: Workspace) -> None:
    ada = asked(workspace)
    ben = workspace.agent("ben")
    for agent in (ada, ben):
        mine = workspace.refused(agent, "A")
        assert (mine.reason, mine.holder) == ("held", "a review")
        other = workspace.refused(agent, "C")
        assert (other.reason, other.holder) == ("overlap", "a review")
        assert "waits for review" in mine.advice
        assert "waits for review" in other.advice
    assert isinstance(lock.lock_resource(workspace.place, ben, "path:src/x/y"), Busy)
    workspace.plan(task("D", "docs"))
    workspace.claimed(ben, "D")
    assert isinstance(update_task(workspace.place, ben, "D", widen=["src/z"]), NotWidened)
    assert workspace.refused(ben, "B").waiting_for == ("A",), "dependants wait until it is approved"
    assert workspace.task("B").ready is False


@pytest.mark.parametrize("end", ["leaves", "is killed", "is silent", "another boot"])
def test_it_stays_closed_whatever_becomes_of_its_author(workspace: Workspace, end: str) -> None:
    asked(workspace, pid=7)
    ben = workspace.agent("ben")
    if end == "leaves":
        workspace.leaves("ada")
    elif end == "is killed":
        workspace.kill(7)
    elif end == "another boot":
        workspace.clock.boot = "machine/boot-2"
    workspace.clock.advance(LEASE * 3 if end == "is silent" else 400 * DAY)
    ben = workspace.agent("ben")
    assert workspace.refused(ben, "C").reason == "overlap"
    read_board(workspace.place)
    assert_closed(workspace, ben)
    with workspace.store.writing() as books:
        books.retention.forget(books.now - DAY, most_events=1, step=1_000)
    assert_closed(workspace, ben)


def test_the_board_shows_what_waits_and_no_claim_of_nobodys(workspace: Workspace) -> None:
    asked(workspace)
    seen = read_board(workspace.place)
    assert seen.claims == ()
    assert [(review.task, review.author_name) for review in seen.reviews] == [("A", "ada")]
    assert "a review" not in [agent.name for agent in seen.agents]


def test_anybody_may_leave_a_note_and_only_a_person_says_what_becomes_of_it(workspace: Workspace) -> None:
    ada = asked(workspace)
    ben = workspace.agent("ben")
    assert isinstance(update_task(workspace.place, ben, "A", note="looks right: I ran the tests"), Updated)
    assert isinstance(update_task(workspace.place, ada, "A", status="review"), Updated)
    for agent in (ada, ben):
        for status in ("done", "released", "blocked", "failed", "in_progress"):
            with pytest.raises(NotHolder, match="waits for review"):
                update_task(workspace.place, agent, "A", status=status)
        with pytest.raises(NotHolder):
            update_task(workspace.place, agent, "A", widen=["lib/x"])
    assert_closed(workspace, ben)
    outcome = update_task(workspace.place, person(workspace), "A", status="blocked", note="the design")
    assert (outcome.task.status, outcome.task.needs) == ("blocked", "the design")
    assert workspace.leases() == []
    with workspace.store.reading() as books:
        assert [note.text for note in books.tasks.notes(outcome.task.seq, 9)][-2:] == [
            "looks right: I ran the tests",
            "the design",
        ]


def test_a_person_who_says_done_or_releases_it_has_decided(workspace: Workspace) -> None:
    asked(workspace)
    assert update_task(workspace.place, person(workspace), "A", status="done").task.status == "done"
    assert [event.agent for event in workspace.events("approved")] == ["pat"]
    assert workspace.task("B").ready is True


def test_a_task_that_nobody_holds_is_reviewed_if_its_scope_is_free(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"), task("C", "src/x"))
    ben, pat = workspace.agent("ben"), person(workspace)
    workspace.claimed(ben, "C")
    with pytest.raises(NotHolder, match="overlaps C of ben"):
        update_task(workspace.place, pat, "A", status="review")
    assert workspace.task("A").status == "todo"
    update_task(workspace.place, ben, "C", status="released")
    update_task(workspace.place, pat, "A", status="review")
    assert workspace.rule(ben, "src/x/y") == "held"


def test_a_person_asks_by_force_for_review_of_what_another_holds(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada, pat = workspace.agent("ada"), person(workspace)
    workspace.claimed(ada, "A")
    with pytest.raises(NotHolder):
        update_task(workspace.place, pat, "A", status="review")
    update_task(workspace.place, pat, "A", status="review", force=True)
    assert review_of(workspace, "A").author == ada
    assert workspace.rule(ada, "src/a") == "taken_over"


def test_the_part_of_a_subagent_is_closed_for_the_agent_above_it(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"), task("P", "src/part"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    child = workspace.subagent("ada", "c1")
    workspace.claimed(child, "P")
    update_task(workspace.place, child, "P", status="review")
    assert [workspace.rule(agent, "src/part/x") for agent in (ada, child)] == ["held", "held"]
    assert workspace.rule(ada, "src/other") == "own"


def test_where_review_is_required_no_agent_says_done(workspace: Workspace) -> None:
    workspace.settings = workspace.settings._replace(review=ReviewSettings(required=True))
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    before = workspace.dump()
    with pytest.raises(ReviewRequired, match='status="review"'):
        update_task(workspace.place, ada, "A", status="done", note="finished")
    assert workspace.dump() == before
    update_task(workspace.place, ada, "A", status="review")
    assert approve_task(workspace.place, workspace.agent("ben"), "A", note=None, line="…").task.status == "done"
    workspace.plan(task("B", "lib"))
    pat = person(workspace)
    workspace.claimed(pat, "B")
    assert update_task(workspace.place, pat, "B", status="done").task.status == "done"


def test_a_message_to_it_reaches_its_author_and_nobody_writes_to_a_review(workspace: Workspace) -> None:
    ada = asked(workspace)
    sent = send_message(workspace.place, workspace.agent("ben"), "A", "Why is x there? Please say")
    assert sent.delivered_to == ("ada",)
    assert "Why is x there? Please say" in [message.subject for message in workspace.inbox(ada)]
    with pytest.raises(UnknownRecipient):
        send_message(workspace.place, ada, "a review", "Please hurry")


def test_what_does_not_wait_is_not_decided_on(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    for act in (
        lambda: approve_task(workspace.place, person(workspace), "A", note=None, line="…"),
        lambda: reject_task(workspace.place, person(workspace), "A", "no"),
    ):
        with pytest.raises(NotWaiting, match="does not wait for review: it is todo"):
            act()
