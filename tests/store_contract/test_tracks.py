"""What every store promises about circles: rows of failures, contents of files, refusals, corrections."""

from __future__ import annotations

from mcp_server.core.off_track.signs import Attempt
from mcp_server.ports import Books, Store, Track
from tests.workspace import START_TIME, Workspace


def attempt(books: Books, *, since: float = START_TIME, name: str = "ada") -> Attempt:
    known = books.agents.named(name)
    agent = known or books.agents.add(f"s-{name}", name, "session", parent=None, process=None, worktree="/w")
    return Attempt(agent.id, "T1", since)


def test_tokens_far_above_others_are_new_once_each_time_and_in_each_attempt(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = attempt(books)
        assert [books.tracks.spent(ada, times) for times in (1, 1, 2, 1)] == [True, False, True, False]
        assert books.tracks.spent(attempt(books, since=START_TIME + 1), 1)


def test_a_failure_counts_until_something_is_changed_for_it(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = attempt(books)
        assert not books.activity.is_failing(ada.agent)
        assert [books.tracks.failed(ada, "make", "no rule") for _ in range(2)] == [1, 2]
        assert books.tracks.failed(ada, "make", "another") == 1
        assert books.tracks.failed(ada, "pytest", "no rule") == 1
        assert books.activity.is_failing(ada.agent)
    with workspace.another_store().writing() as books:
        assert sorted(books.tracks.failing(ada)) == [("make", "another"), ("make", "no rule"), ("pytest", "no rule")]
        books.tracks.changed(ada, "make", "no rule")
        assert books.tracks.failed(ada, "make", "no rule") == 1
        books.tracks.changed(ada, "make")
        assert books.tracks.failing(ada) == [("pytest", "no rule")]
        assert books.tracks.failed(attempt(books, since=START_TIME + 1), "pytest", "no rule") == 1, "another attempt"
        assert books.tracks.failed(attempt(books, name="ben"), "pytest", "no rule") == 1, "another agent"


def test_what_was_done_again_and_again_on_a_task_is_told_of_all_attempts(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, ben = attempt(books), attempt(books, since=START_TIME + 9, name="ben")
        for _ in range(2):
            books.tracks.failed(ada, "make", "no rule")
        books.tracks.changed(ada, "make")
    workspace.clock.advance(5)
    with workspace.store.writing() as books:
        books.tracks.corrected(ben, "no, not like that")
        assert books.tracks.of_task("T1") == [
            Track("ada", "failure", "make", "no rule", 2, START_TIME),
            Track("ben", "correction", "", "no, not like that", 1, START_TIME + 5),
        ]
        assert books.tracks.of_task("T2") == []


def test_a_file_that_is_what_it_was_earlier_is_counted(store: Store) -> None:
    with store.writing() as books:
        ada = attempt(books)
        edits = [("a", "b"), ("b", "a"), ("a", "a"), ("a", "c"), ("c", "b"), ("b", "d")]
        found = [books.tracks.edited(ada, "x", before, after) for before, after in edits]
        assert found == [(True, 0), (False, 1), (False, 0), (True, 0), (False, 2), (True, 0)]
        assert books.tracks.edited(ada, "y", None, "a") == (True, 0), "another file"
        books.tracks.committed(ada)
        assert books.tracks.edited(ada, "x", "d", "b") == (True, 0), "what was committed is a new beginning"
        assert books.tracks.edited(ada, "x", "b", "d") == (False, 1)


def test_only_the_latest_contents_of_a_file_are_kept(store: Store) -> None:
    with store.writing() as books:
        ada = attempt(books)
        for number in range(60):
            assert books.tracks.edited(ada, "x", None, str(number)) == (True, 0)
        assert books.tracks.edited(ada, "x", None, "3") == (True, 0)
        assert books.tracks.edited(ada, "x", None, "55") == (False, 1)


def test_corrections_count_until_a_commit(store: Store) -> None:
    with store.writing() as books:
        ada = attempt(books)
        assert [books.tracks.corrected(ada, words) for words in ("no", "no", "not that")] == [1, 2, 3]
        books.tracks.committed(ada)
        assert books.tracks.corrected(ada, "no") == 1


def test_refused_writes_outside_the_scope_count_since_the_claim_and_since_it_was_widened(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = attempt(books, since=START_TIME + 5)
        books.guard.refused(ada.agent, "early", "outside")
    workspace.clock.advance(5)
    with workspace.store.writing() as books:
        assert books.guard.refusals(ada.agent, ada.since) == 0
        for path, rule in (("a", "outside"), ("b", "held"), ("a", "outside"), ("c", "outside")):
            books.guard.refused(ada.agent, path, rule)
        books.guard.refused(attempt(books, name="ben").agent, "a", "outside")
        assert books.guard.refusals(ada.agent, ada.since) == 3
        assert books.tracks.refused(ada) == 3
        assert books.guard.refusals(ada.agent, ada.since) == 0, "nothing new since it was looked at"
        books.guard.refused(ada.agent, "d", "outside")
        assert (books.guard.refusals(ada.agent, ada.since), books.tracks.refused(ada)) == (4, 4)
        assert books.tracks.refused_on("T1", 9) == ["d", "c", "a"]
        assert books.tracks.refused_on("T1", 1) == ["d"]
        books.tracks.forgive(ada.agent)
        books.guard.refused(ada.agent, "e", "outside")
        assert (books.guard.refusals(ada.agent, ada.since), books.tracks.refused(ada)) == (1, 1)


def test_what_is_forgiven_before_anything_was_counted_is_forgiven(store: Store) -> None:
    with store.writing() as books:
        ada = attempt(books)
        books.guard.refused(ada.agent, "a", "outside")
        books.tracks.forgive(ada.agent)
        books.guard.refused(ada.agent, "b", "outside")
        assert books.tracks.refused(ada) == 1


def test_signs_count_in_one_attempt_and_a_notification_is_in_the_log(store: Store) -> None:
    with store.writing() as books:
        ada = attempt(books)
        assert [books.tracks.sign(ada) for _ in range(3)] == [1, 2, 3]
        assert books.tracks.sign(attempt(books, since=START_TIME + 1)) == 1
        books.tracks.notify(ada, "it goes in circles")
        [event] = [event for event in books.events.recent(9) if event.kind == "off_track"]
        assert (event.agent, event.subject, event.detail) == ("ada", "T1", "it goes in circles")


def test_what_is_old_is_forgotten_and_with_an_agent_all_of_it(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = attempt(books)
        books.tracks.failed(ada, "make", "no rule")
        books.tracks.edited(ada, "x", None, "a")
        books.tracks.sign(ada)
    workspace.clock.advance(100)
    with workspace.store.writing() as books:
        books.tracks.failed(ada, "pytest", "E")
        books.events.add("joined", "x")
        books.retention.forget(START_TIME + 50, most_events=10, step=10)
        assert books.agents.named("ada") is None
    dump = workspace.dump()
    assert "make" not in dump
    assert 'INSERT INTO "off_track"' not in dump
    assert 'INSERT INTO "track' not in dump
