"""What an agent is told when it goes in circles: once advice, then to stop; and the person is notified."""

from __future__ import annotations

import pytest

from mcp_server.core.leases.lock import lock_resource
from mcp_server.core.off_track import signs, tokens
from mcp_server.core.off_track.brief import brief_of
from mcp_server.core.off_track.signs import Attempt
from mcp_server.core.tasks.update import update_task
from mcp_server.domain.errors import UnknownTask
from tests.workspace import Workspace, task


def attempt(workspace: Workspace) -> Attempt:
    """Ada works on A."""
    workspace.plan(task("A", "src"), task("B", "lib"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    with workspace.store.reading() as books:
        found = signs.attempt_of(ada, books.guard.rights_of(ada, None).leases)
    assert found is not None
    assert (found.agent, found.task) == (ada, "A")
    return found


def fails(workspace: Workspace, at: Attempt, times: int = 1) -> list[str]:
    with workspace.store.writing() as books:
        return [signs.after_failure(books.tracks, at, "pytest -q", "E assert 1 == 2") for _ in range(times)]


def test_the_third_same_failure_is_told_with_one_other_thing_to_do_and_the_next_is_asked_to_stop(
    workspace: Workspace,
) -> None:
    at = attempt(workspace)
    first, second, third = fails(workspace, at, 3)
    assert (first, second) == ("", "")
    assert "`pytest -q` failed 3 times in the same way (E assert 1 == 2)" in third
    assert "Do not run it again as it is." in third
    assert workspace.events("off_track") == []
    [fourth] = fails(workspace, at)
    assert 'update_task("A", status="released")' in fourth
    assert "interlock restart A" in fourth
    [event] = workspace.events("off_track")
    assert (event.agent, event.subject) == ("ada", "A")
    assert "failed 4 times" in (event.detail or "")
    assert all(len(words) <= signs.LONGEST for words in (third, fourth))


def test_another_kind_of_sign_is_the_next_one(workspace: Workspace) -> None:
    at = attempt(workspace)
    fails(workspace, at, 3)
    with workspace.store.writing() as books:
        assert signs.after_return(books.tracks, at, "src/a", 1) == ""
        assert "still going in circles" in signs.after_return(books.tracks, at, "src/a", 2)


def test_a_new_claim_begins_afresh(workspace: Workspace) -> None:
    at = attempt(workspace)
    fails(workspace, at, 4)
    update_task(workspace.place, at.agent, "A", status="released")
    workspace.clock.advance(1)
    workspace.claimed(at.agent, "A")
    with workspace.store.reading() as books:
        again = signs.attempt_of(at.agent, books.guard.rights_of(at.agent, None).leases)
    assert again is not None
    assert fails(workspace, again, 2) == ["", ""]
    assert "may be going in circles" in fails(workspace, again)[0]


def test_three_writes_outside_the_scope_are_told_unless_it_was_widened(workspace: Workspace) -> None:
    at = attempt(workspace)
    for path in ("docs/a", "docs/b"):
        assert workspace.rule(at.agent, path) == "outside"
    update_task(workspace.place, at.agent, "A", widen=["docs/a"])
    for path in ("x/a", "x/b"):
        assert workspace.rule(at.agent, path) == "outside"
    lock_resource(workspace.place, at.agent, "path:x/a")
    workspace.rule(at.agent, "y/a")
    with workspace.store.writing() as books:
        assert signs.after_refusals(books.tracks, at) == ""
    for path in ("y/b", "y/c"):
        workspace.rule(at.agent, path)
    with workspace.store.writing() as books:
        told = signs.after_refusals(books.tracks, at)
    assert "3 writes outside the scope were refused" in told
    assert 'update_task("A", widen=[patterns])' in told


def test_three_corrections_without_a_commit_are_told(workspace: Workspace) -> None:
    at = attempt(workspace)
    with workspace.store.writing() as books:
        assert [signs.after_correction(books.tracks, at, "no, not this") for _ in range(2)] == ["", ""]
        books.tracks.committed(at)
        assert [signs.after_correction(books.tracks, at, "no, not this") for _ in range(2)] == ["", ""]
        assert "the user made 3 corrections" in signs.after_correction(books.tracks, at, "no, not this")


def test_without_a_claim_there_is_no_attempt_and_the_newest_of_several_counts(workspace: Workspace) -> None:
    at = attempt(workspace)
    workspace.clock.advance(1)
    workspace.claimed(at.agent, "B")
    child = workspace.subagent("ada", "c1")
    with workspace.store.reading() as books:
        both = signs.attempt_of(at.agent, books.guard.rights_of(at.agent, None).leases)
        below = signs.attempt_of(child, books.guard.rights_of(child, at.agent).leases)
        assert signs.attempt_of(at.agent, []) is None
    assert both is not None
    assert below is not None
    assert (both.task, below.agent, below.task) == ("B", child, "B")


@pytest.mark.parametrize(
    ("used", "done", "far"),
    [
        (301, [100, 100, 100], 1),
        (300, [100, 100, 100], 0),
        (601, [100, 100, 100], 2),
        (9_000, [100, 100], 0),
        (200, [50, 60, 900], 1),
        (5, [0, 0, 0, 1], 4),
    ],
)
def test_tokens_far_above_the_median_of_what_others_took(used: int, done: list[int], far: int) -> None:
    assert tokens.how_far(used, done) == far


def test_an_agent_is_told_each_time_that_its_task_has_taken_as_many_tokens_again(workspace: Workspace) -> None:
    at, done = attempt(workspace), [100, 100, 100]
    with workspace.store.writing() as books:
        told = [signs.after_spending(books.tracks, at, used, done) for used in (300, 301, 450, 601, 602)]
    assert [bool(words) for words in told] == [False, True, False, True, False]
    assert "you may be going in circles: 301 tokens were spent on this task, more than 3 times the 100" in told[1]
    assert "stop here" in told[3]


def test_the_brief_says_what_failed_and_what_not_to_try_again(workspace: Workspace) -> None:
    at = attempt(workspace)
    update_task(workspace.place, at.agent, "A", note="the parser is the problem")
    fails(workspace, at, 3)
    with workspace.store.writing() as books:
        for before, after in (("a", "b"), ("b", "a"), ("a", "b")):
            _, times = books.tracks.edited(at, "src/a.py", before, after)
            signs.after_return(books.tracks, at, "src/a.py", times)
        signs.after_correction(books.tracks, at, "no, keep the old API")
        books.tracks.failed(at, "make", "once is no circle")
    workspace.rule(at.agent, "docs/x")
    with workspace.store.writing() as books:
        signs.after_refusals(books.tracks, at)
    brief = brief_of(workspace.place, "A")
    assert brief.holder == "ada"
    assert brief.text.splitlines() == [
        "# A: Work on A",
        "You may write: src",
        "",
        "## What was noted",
        "- ada, 2027-01-15T08:00:00Z: the parser is the problem",
        "",
        "## What failed",
        "- `make`, once: once is no circle",
        "- `pytest -q`, 3 times: E assert 1 == 2",
        "",
        "## What not to try again",
        "- Running `pytest -q` as it is: it failed 3 times in the same way.",
        "- Going back and forth in src/a.py: it was what it had been before, 2 times.",
        "- What the user corrected: no, keep the old API",
        "- Writing outside the scope: docs/x. Widen it first, if the task needs that.",
    ]
    with pytest.raises(UnknownTask):
        brief_of(workspace.place, "Z")
