"""The task list's book: what it said lately, and when it and the tasks agreed; and what the list asks of the tasks."""

from __future__ import annotations

import pytest

from mcp_server.domain.task import Task
from mcp_server.domain.task_list import MOST_BYTES, MOST_VERSIONS, Trouble, Version
from mcp_server.ports import Books, Store
from tests.workspace import anchors, draft


def existing(books: Books, task_id: str) -> Task:
    task = books.tasks.get(task_id)
    assert task is not None
    return task


def test_before_a_list_was_seen_there_is_none(store: Store) -> None:
    with store.writing() as books:
        number = books.events.add("joined", "ada")
        assert books.task_list.seen() == (None, -1, number)
        assert list(books.task_list.versions()) == []


def test_what_was_seen_stays_seen_while_events_go_on(store: Store) -> None:
    with store.writing() as books:
        first = books.events.add("joined", "ada")
        books.task_list.see("1:2:3|None", first)
    with store.writing() as books:
        second = books.events.add("joined", "ben")
        assert books.task_list.seen() == ("1:2:3|None", first, second)
        books.task_list.see(None, second)
        assert books.task_list.seen() == (None, second, second)


def test_versions_come_newest_first_and_too_many_are_forgotten(store: Store) -> None:
    made = [Version(f"- [ ] {number}\r\n".encode() + b"\xff\x00", number, bool(number % 2)) for number in range(40)]
    with store.writing() as books:
        for version in made:
            books.task_list.keep(version)
    with store.reading() as books:
        assert list(books.task_list.versions()) == made[::-1][:MOST_VERSIONS]


def test_of_long_versions_fewer_are_kept_but_never_less_than_two(store: Store) -> None:
    long = Version(b"x" * MOST_BYTES, 0, False)
    with store.writing() as books:
        for _ in range(4):
            books.task_list.keep(long)
        assert list(books.task_list.versions()) == [long, long]
        books.task_list.keep(Version(b"short", 1, True))
        assert [version.event for version in books.task_list.versions()] == [1, 0]


def test_widened_are_the_tasks_of_such_events_since(store: Store) -> None:
    with store.writing() as books:
        books.events.add("widened", "A")
        since = books.events.add("planned", "B")
        books.events.add("widened", "C")
        books.events.add("claimed", "D")
        assert books.task_list.widened(since) == {"C"}
        assert books.task_list.widened(-1) == {"A", "C"}


def test_a_task_without_a_scope_is_not_ready_until_it_has_one(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A")._replace(unscoped=True), draft("B", depends_on=["A"])._replace(unscoped=True)])
        assert (existing(books, "A").unscoped, books.tasks.ready(9)) == (True, [])
        books.tasks.put(existing(books, "A").seq, status="blocked", token=None)
        books.tasks.put(existing(books, "A").seq, status="todo", token=None)
        assert books.tasks.take(lambda _wanted: True, "A") is None
        books.tasks.rescope(existing(books, "A").seq, ("src",), anchors("src"))
        books.tasks.rescope(existing(books, "B").seq, ("lib",), anchors("lib"))
        assert [task.id for task in books.tasks.ready(9)] == ["A"]
        assert (existing(books, "A").unscoped, existing(books, "A").scope) == (False, ("src",))


def test_a_dropped_task_is_in_nobodys_way(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A", "a"), draft("B", "b", depends_on=["A"])])
        freed = books.tasks.put(existing(books, "A").seq, status="dropped", token=None)
        assert (freed, existing(books, "A").status) == (["B"], "dropped")
        assert (
            [task.id for task in books.tasks.open(9)] == [wanted.task for wanted in books.tasks.around([""])] == ["B"]
        )
        assert (books.tasks.counts(), books.tasks.needs(existing(books, "B").seq)) == ((1, 0), [])
        books.tasks.put(existing(books, "A").seq, status="todo", token=None)
        assert ([task.id for task in books.tasks.ready(9)], existing(books, "B").waiting) == (["A"], 1)


def test_a_task_is_reworded(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B")])
        books.tasks.reword(existing(books, "B").seq, title="Better", priority=7)
        assert (existing(books, "B").title, [task.id for task in books.tasks.ready(9)]) == ("Better", ["B", "A"])


def test_a_task_waits_for_others_instead(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B"), draft("C", depends_on=["A"])])
        seq = existing(books, "C").seq
        books.tasks.reorder(seq, ["B", "unknown"])
        assert (books.tasks.depends_on("C"), existing(books, "C").waiting) == (["B"], 1)
        books.tasks.reorder(seq, [])
        assert (books.tasks.depends_on("C"), existing(books, "C").ready) == ([], True)


@pytest.mark.parametrize("status", ["done", "dropped", "todo"])
def test_tasks_are_found_by_id_and_by_title_whatever_their_status(store: Store, status: str) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B"), draft("C")])
        books.tasks.put(existing(books, "B").seq, status=status, token=None)  # type: ignore[arg-type]  # one of them
        books.tasks.reword(existing(books, "C").seq, title="Work on B", priority=0)
        assert [task.id for task in books.tasks.among(["B", "A", "Z"])] == ["A", "B"]
        assert [task.id for task in books.tasks.titled(["Work on B", "x"])] == ["B", "C"]


def test_what_is_wrong_with_the_list_is_kept_until_something_else_is(store: Store) -> None:
    found = [Trouble("T1 waits for 'x', which is not a task", ("T1",)), Trouble("é", ())]
    with store.writing() as books:
        assert books.task_list.troubles() == []
        books.task_list.note_troubles(found)
    with store.writing() as books:
        assert books.task_list.troubles() == found
        books.task_list.note_troubles([])
        assert books.task_list.troubles() == []
