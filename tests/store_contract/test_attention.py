"""What needs a person, as the store finds it, and that one is notified of it once."""

from __future__ import annotations

from mcp_server.domain.oversight.need import BrokenBuild, LostClaim
from tests.store_contract.test_guard_book import add, claim
from tests.workspace import START_TIME, Workspace, task


def test_whoever_waits_for_its_user_is_found_the_longest_wait_first(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob, cleo = (add(books, name) for name in ("ada", "bob", "cleo"))
        books.guard.asks([bob.id])
        books.guard.asks([cleo.id])
        books.agents.end(cleo.id, "done")
    workspace.clock.advance(5)
    with workspace.store.writing() as books:
        books.guard.asks([ada.id])
        assert books.attention.asking(10) == [bob.id, ada.id]
        assert books.attention.asking(1) == [bob.id]
        books.guard.touch([bob.id], prompt_is_over=True)
        assert books.attention.asking(10) == [ada.id]


def test_a_build_is_broken_from_its_first_failure_until_it_passes(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        books.activity.failed(ada.id, "lib/b.py", "make", apart=0)
    for _ in range(3):
        workspace.clock.advance(400)
        with workspace.store.writing() as books:
            books.activity.failed(ada.id, "lib/b.py", "make", apart=0)
    with workspace.store.writing() as books:
        broken = [BrokenBuild("ada", "lib/b.py", "make", START_TIME)]
        assert books.attention.broken_builds(START_TIME, 10) == broken
        assert books.attention.broken_builds(START_TIME - 1, 10) == []
        assert books.attention.broken_builds(START_TIME, 0) == []
        books.activity.over(ada.id, "make", ["lib/b.py"])
        assert books.attention.broken_builds(START_TIME, 10) == []


def test_a_failure_that_was_not_seen_again_for_long_begins_anew(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        books.activity.failed(ada.id, "lib/b.py", "make", apart=0)
    workspace.clock.advance(4_000)
    with workspace.store.writing() as books:
        assert books.attention.broken_builds(books.now, 10) == []
        books.activity.failed(ada.id, "lib/b.py", "make", apart=0)
        assert [each.since for each in books.attention.broken_builds(books.now, 10)] == [START_TIME + 4_000]


def test_the_claims_of_processes_that_ended_without_a_word_are_lost(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob, cleo = (add(books, name) for name in ("ada", "bob", "cleo"))
        tokens = [claim(books, agent, name, name) for agent, name in ((ada, "A"), (bob, "B"), (cleo, "C"))]
        books.agents.end(ada.id, "process gone")
        books.agents.end(cleo.id, "logout")
        found = books.attention.lost([bob.id], 10)
        assert [(lost.agent, lost.task, lost.since) for lost in found] == [
            ("ada", "A", START_TIME),
            ("bob", "B", START_TIME),
        ]
        assert isinstance(found[0], LostClaim)
        assert len(tokens) == 3
        books.leases.take_over(found[0].token, "bob")
        assert [lost.agent for lost in books.attention.lost([], 10)] == []


def test_events_that_a_person_should_know_of_are_found_the_latest_first(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada")
        books.events.add("budget_warned", "A", agent=ada.id, detail="nearly")
        books.events.add("claimed", "A", agent=ada.id)
    workspace.clock.advance(5)
    with workspace.store.writing() as books:
        books.events.add("off_track", "A", agent=ada.id, detail="in circles")
        found = books.attention.notable(START_TIME, 10)
        assert [(event.kind, event.agent, event.subject) for event in found] == [
            ("off_track", "ada", "A"),
            ("budget_warned", "ada", "A"),
        ]
        assert [event.kind for event in books.attention.notable(START_TIME + 1, 10)] == ["off_track"]
        assert len(books.attention.notable(START_TIME, 1)) == 1


def test_a_person_is_notified_of_a_cause_once(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        assert [books.attention.notify_once(cause) for cause in ("a", "a", "b")] == [True, False, True]
    with workspace.another_store().writing() as books:
        assert not books.attention.notify_once("b")


def test_stopped_and_finished_tasks_are_found_and_when_they_became_so(workspace: Workspace) -> None:
    workspace.plan(*(task(name, name) for name in "ABCD"))
    workspace.clock.advance(10)
    with workspace.store.writing() as books:
        for name, status in (("A", "blocked"), ("B", "review"), ("C", "done")):
            found = books.tasks.get(name)
            assert found is not None
            books.tasks.put(found.seq, status=status, token=None)  # type: ignore[arg-type]  # one of the statuses
        assert [each.id for each in books.tasks.stopped(10)] == ["B", "A"]
        assert [each.id for each in books.tasks.stopped(1)] == ["B"]
        assert [each.id for each in books.tasks.finished(START_TIME, 10)] == ["C"]
        assert books.tasks.finished(START_TIME + 11, 10) == []
        assert {books.tasks.changed_at(each.seq) for each in books.tasks.stopped(10)} == {START_TIME + 10}


def test_unread_messages_are_counted_for_those_who_are_here(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada, bob, cleo = (add(books, name) for name in ("ada", "bob", "cleo"))
        for subject in ("one", "two"):
            books.shared.send(ada.id, "bob", [bob.id], subject, "")
        books.shared.send(ada.id, "cleo", [cleo.id], "three", "")
        books.agents.end(cleo.id, "done")
        assert books.shared.unread_counts() == {bob.id: 2}
        [first, _] = books.shared.inbox(bob.id, unread_only=True, limit=10)
        books.shared.read(bob.id, [first.id])
        assert books.shared.unread_counts() == {bob.id: 1}
