"""Updating: a task's states, its notes and its scope; only its holder changes it."""

from __future__ import annotations

import pytest

from mcp_server.core.leases import lock
from mcp_server.core.tasks import update
from mcp_server.core.tasks.update import Move, NotWidened, Updated, update_task
from mcp_server.domain.errors import Misuse, NotHolder, UnknownTask
from tests.workspace import START_TIME, Workspace, task


def change(workspace: Workspace, agent_id: int, task_id: str, *, force: bool = False, **what: object) -> Updated:
    outcome = update_task(workspace.place, agent_id, task_id, force=force, **what)  # type: ignore[arg-type]
    assert isinstance(outcome, Updated), outcome
    return outcome


def working(workspace: Workspace) -> int:
    """Ada works on A; B waits for it."""
    workspace.plan(task("A", "src", resources=["db"]), task("B", "lib", depends_on=["A"]))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    return ada


def test_done_frees_the_scope_and_readies_what_waited(workspace: Workspace) -> None:
    ada = working(workspace)
    updated = change(workspace, ada, "A", status="done")
    assert (updated.task.status, updated.holder, updated.now_ready) == ("done", None, ("B",))
    assert workspace.leases() == []
    assert workspace.rule(workspace.agent("bob"), "src/a") == "free"
    assert [(event.agent, event.subject) for event in workspace.events("done")] == [("ada", "A")]


def test_dependants_wait_until_a_task_done_in_a_worktree_is_merged(workspace: Workspace) -> None:
    ada = working(workspace)
    with workspace.store.writing() as books:
        books.worktrees.add("A", "/trees/A", branch="A", base="main", start="c0ffee", task="A")
    assert not change(workspace, ada, "A", status="in_progress").away
    updated = change(workspace, ada, "A", status="done")
    assert (updated.away, updated.now_ready) == (True, ())
    with workspace.store.writing() as books:
        books.worktrees.record_merge("A", "d00d")
    assert not change(workspace, ada, "A", note="it has landed").away


def test_released_puts_the_task_back_for_the_next(workspace: Workspace) -> None:
    ada = working(workspace)
    updated = change(workspace, ada, "A", status="released")
    assert (updated.task.status, updated.task.token, updated.task.failures) == ("todo", None, 0)
    assert workspace.leases() == []
    assert workspace.claimed(workspace.agent("bob")).task.id == "A"


def test_blocked_keeps_the_reason_and_released_makes_the_task_available_again(workspace: Workspace) -> None:
    ada = working(workspace)
    updated = change(workspace, ada, "A", status="blocked", note="an API key")
    assert (updated.task.status, updated.task.needs) == ("blocked", "an API key")
    assert workspace.leases() == []
    change(workspace, workspace.agent("bob"), "A", status="released")
    assert workspace.claimed(ada, "A").task.needs is None


def test_failed_counts_and_the_third_time_blocks(workspace: Workspace) -> None:
    ada = working(workspace)
    for count in (1, 2, 3):
        updated = change(workspace, ada, "A", status="failed", note=f"try {count}")
        assert updated.task.failures == count
        assert updated.task.status == ("blocked" if count == 3 else "todo")
        assert workspace.leases() == []
        if count < 3:
            workspace.claimed(ada, "A")
    assert workspace.task("A").needs == "it failed 3 times"
    assert workspace.refused(ada, "A").reason == "waiting"


def test_in_progress_is_a_sign_of_life(workspace: Workspace) -> None:
    ada = working(workspace)
    updated = change(workspace, ada, "A", status="in_progress", note="half done")
    assert (updated.task.status, updated.holder) == ("in_progress", "ada")
    assert len(workspace.leases(ada)) == 2


def test_a_task_that_nobody_holds_cannot_be_in_progress_or_fail(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    before = workspace.dump()
    for status, words in (("in_progress", "nobody holds A; claim_task"), ("failed", "you do not hold A")):
        with pytest.raises(Misuse, match=words):
            update_task(workspace.place, ada, "A", status=status, note="x")  # type: ignore[arg-type]
    assert workspace.dump() == before


def test_a_task_that_nobody_holds_can_be_marked_done(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"), task("B", "lib", depends_on=["A"]))
    assert change(workspace, workspace.agent("ada"), "A", status="done").now_ready == ("B",)


def test_a_done_task_can_be_reopened_and_what_waited_for_it_waits_again(workspace: Workspace) -> None:
    ada = working(workspace)
    change(workspace, ada, "A", status="done")
    change(workspace, ada, "A", status="released")
    assert workspace.refused(ada, "B").waiting_for == ("A",)
    assert workspace.claimed(ada).task.id == "A"


@pytest.mark.parametrize("status", ["in_progress", "blocked", "done", "released", "failed", None])
def test_nobody_changes_a_task_that_another_holds(workspace: Workspace, status: Move | None) -> None:
    working(workspace)
    bob = workspace.agent("bob")
    before = workspace.dump()
    with pytest.raises(NotHolder, match="ada holds A since 2027-01-15T08:00:00Z"):
        update_task(workspace.place, bob, "A", status=status, note="mine now")
    with pytest.raises(NotHolder):
        update_task(workspace.place, bob, "A", widen=["docs"])
    assert workspace.dump() == before


def test_force_changes_it_and_its_holder_is_notified(workspace: Workspace) -> None:
    ada = working(workspace)
    bob = workspace.agent("bob")
    assert change(workspace, bob, "A", status="released", force=True).task.status == "todo"
    assert workspace.rule(ada, "src/a") == "taken_over"
    assert [message.subject for message in workspace.inbox(ada)] == ["your claim on A was released by bob"]
    assert workspace.leases() == []
    assert workspace.claimed(bob, "A").task.id == "A"


def test_force_alone_with_a_note_puts_the_task_back(workspace: Workspace) -> None:
    working(workspace)
    bob = workspace.agent("bob")
    change(workspace, bob, "A", note="ada has gone home", force=True)
    assert workspace.task("A").status == "todo"
    assert workspace.claimed(bob, "A").notes[0].text == "ada has gone home"


def test_notes_are_kept_with_the_task(workspace: Workspace) -> None:
    ada = working(workspace)
    change(workspace, ada, "A", note="parser done\nprinter next")
    seq = workspace.task("A").seq
    with workspace.store.reading() as books:
        notes = books.tasks.notes(seq, 9)
    assert [(note.author, note.at, note.text) for note in notes] == [("ada", START_TIME, "parser done\nprinter next")]


def test_a_wider_scope_holds_at_once(workspace: Workspace) -> None:
    ada = working(workspace)
    bob = workspace.agent("bob")
    updated = change(workspace, ada, "A", widen=["docs/**", "!docs/x"])
    assert updated.task.scope == ("src", "docs/**", "!docs/x")
    assert workspace.rule(ada, "docs/a") == "own"
    assert workspace.rule(ada, "docs/x") == "outside"
    assert workspace.rule(bob, "docs/a") == "held"
    assert [event.detail for event in workspace.events("widened")] == ["docs/**, !docs/x"]


def test_a_wider_scope_that_meets_a_live_lease_changes_nothing_and_says_whose(workspace: Workspace) -> None:
    ada = working(workspace)
    bob = workspace.agent("bob")
    workspace.plan(task("C", "docs/c/**"))
    workspace.claimed(bob, "C")
    before = workspace.dump()
    refused = update_task(workspace.place, ada, "A", status="done", note="finished", widen=["docs/**"])
    assert isinstance(refused, NotWidened)
    assert (refused.holder, refused.since, refused.held) == ("bob", START_TIME, "C")
    assert refused.example is not None
    assert refused.example.startswith("docs/c/")
    assert workspace.dump() == before


def test_the_scope_of_a_task_that_nobody_holds_can_be_widened_too(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    assert change(workspace, workspace.agent("ada"), "A", widen=["docs"]).task.scope == ("src", "docs")
    assert workspace.leases() == []
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    assert workspace.rule(ada, "docs/a") == "own"


def test_a_task_ends_with_the_locks_that_came_with_it_and_no_others(workspace: Workspace) -> None:
    ada = working(workspace)
    lock.lock_resource(workspace.place, ada, "port:1")
    change(workspace, ada, "A", status="done")
    assert [lease.subject for lease in workspace.leases(ada)] == ["port:1"]


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({}, "nothing to change"),
        ({"note": ""}, "note is empty"),
        ({"note": " \n"}, "note is empty"),
        ({"note": "a\0b"}, "note contains a NUL"),
        ({"note": "\ud800"}, "lone surrogate"),
        ({"note": "x" * 1_000_000}, "note has 1,000,000 characters; at most 20,000"),
        ({"widen": ["../x"]}, r"\.\."),
        ({"widen": ["[a"]}, r"\["),
        ({"widen": ["!src"]}, "takes away from nothing"),
        ({"status": "done", "note": "ok", "widen": ["a\0"]}, "control character"),
    ],
)
def test_an_invalid_change_is_refused_and_nothing_is_changed(
    workspace: Workspace, what: dict[str, object], words: str
) -> None:
    ada = working(workspace)
    before = workspace.dump()
    with pytest.raises(Misuse, match=words):
        update_task(workspace.place, ada, "A", **what)  # type: ignore[arg-type]
    assert workspace.dump() == before


@pytest.mark.parametrize("task_id", ["nowhere", "", "\0", "\ud800", "x" * 1_000_000, "' OR 1=1 --"])
def test_an_unknown_task_is_named_and_nothing_is_changed(workspace: Workspace, task_id: str) -> None:
    ada = working(workspace)
    before = workspace.dump()
    with pytest.raises(UnknownTask, match="there is no task") as refused:
        update.update_task(workspace.place, ada, task_id, status="done")
    assert len(str(refused.value)) < 200
    str(refused.value).encode()
    assert workspace.dump() == before
