"""The log, the shared state, the messages and who makes a call."""

from __future__ import annotations

import pytest

from mcp_server.domain.agent import Agent
from mcp_server.domain.messages import Entry, Event, Message, ToolCall
from mcp_server.ports import Books, Store
from tests.workspace import START_TIME, Workspace, draft


def add(books: Books, name: str) -> Agent:
    return books.agents.add(f"s-{name}", name, "session", parent=None, process=None, worktree="")


def subjects(books: Books, agent: Agent, *, unread_only: bool = True, limit: int = 100) -> list[str]:
    inbox = books.shared.inbox(agent.id, unread_only=unread_only, limit=limit)
    return [message.subject for message in inbox]


def test_events_are_numbered_in_order_and_the_newest_are_shown(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        first = books.events.add("planned", "A")
        second = books.events.add("claimed", "A", agent=ada.id, detail="so")
        chosen = second + 100_000
        assert books.events.add("locked", "db", id=chosen) == chosen
        last = books.events.add("unlocked", "db")
        assert first < second < chosen < last
        assert books.events.recent(3) == [
            Event(second, START_TIME, "ada", "claimed", "A", "so"),
            Event(chosen, START_TIME, None, "locked", "db", None),
            Event(last, START_TIME, None, "unlocked", "db", None),
        ]


def test_an_entry_is_kept_with_what_was_observed(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        entry = books.shared.write(ada.id, "next", "a key", "abc123", 4)
        assert entry == Entry(entry.id, START_TIME, "ada", "next", "a key", "abc123", 4)
        unknown = books.shared.write(ada.id, "learning", "slow disk", None, None)
        assert books.shared.entries(None) == [entry, unknown]


def test_a_status_replaces_the_authors_own_and_nothing_else(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        for author, kind, text in (
            (ada, "status", "ada 1"),
            (bob, "status", "bob 1"),
            (ada, "learning", "l 1"),
            (ada, "learning", "l 2"),
            (ada, "next", "n 1"),
            (ada, "next", "n 2"),
            (ada, "status", "ada 2"),
        ):
            books.shared.write(author.id, kind, text, None, None)  # type: ignore[arg-type]  # literals all the same
        assert [entry.text for entry in books.shared.entries(None)] == ["bob 1", "l 1", "l 2", "n 1", "n 2", "ada 2"]


def test_the_newest_entries_of_each_kind_are_found_and_the_others_counted(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        for number in range(5):
            books.shared.write(ada.id, "learning", f"l {number}", None, None)
        for number in range(2):
            books.shared.write(ada.id, "next", f"n {number}", None, None)
        books.shared.write(ada.id, "status", "s", None, None)
        found, older = books.shared.newest(2)
        assert ([entry.text for entry in found], older) == (["l 3", "l 4", "n 0", "n 1", "s"], 3)
        assert books.shared.newest(9)[1] == 0


def test_entries_since_a_time_are_those_written_after_it(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = add(books, "ada").id
        books.shared.write(ada, "learning", "early", None, None)
    workspace.clock.advance(1)
    with workspace.store.writing() as books:
        books.shared.write(ada, "learning", "late", None, None)
        assert [entry.text for entry in books.shared.entries(START_TIME)] == ["late"]
        assert books.shared.entries(START_TIME + 1) == []


def test_a_message_reaches_its_readers_and_nobody_else(store: Store) -> None:
    with store.writing() as books:
        ada, bob, cleo = add(books, "ada"), add(books, "bob"), add(books, "cleo")
        number = books.shared.send(ada.id, "bob", [bob.id], "hello", "how are you?")
        assert books.shared.inbox(bob.id, unread_only=True, limit=9) == [
            Message(number, START_TIME, "ada", "bob", "hello", "how are you?")
        ]
        assert subjects(books, ada) == subjects(books, cleo) == []


def test_a_message_of_interlocks_own_has_no_sender(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        books.shared.send(None, "ada", [ada.id], "hello", "")
        assert books.shared.inbox(ada.id, unread_only=True, limit=9)[0].sender is None


def test_each_reader_reads_a_message_once_and_can_look_at_it_again(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        number = books.shared.send(None, "all", [ada.id, bob.id, ada.id], "hello", "")
        assert subjects(books, ada) == ["hello"]
        books.shared.read(ada.id, [number, number, 999])
        assert subjects(books, ada) == []
        assert subjects(books, ada, unread_only=False) == ["hello"]
        assert subjects(books, bob) == ["hello"]


def test_the_oldest_unread_messages_come_first_and_of_all_the_newest(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        for number in range(5):
            books.shared.send(None, "ada", [ada.id], f"m{number}", "")
        assert subjects(books, ada, limit=2) == ["m0", "m1"]
        assert subjects(books, ada, unread_only=False, limit=2) == ["m3", "m4"]


def test_a_message_to_a_task_waits_for_its_next_holder(store: Store) -> None:
    with store.writing() as books:
        ada, bob = add(books, "ada"), add(books, "bob")
        books.tasks.add([draft("A"), draft("B")])
        seqs = [task.seq for task in books.tasks.open(9)]
        books.shared.send(ada.id, "A", [], "about A", "", task=seqs[0])
        books.shared.send(ada.id, "B", [], "about B", "", task=seqs[1])
        books.shared.hand_on(seqs[0], bob.id)
        assert subjects(books, bob) == ["about A"]
        books.shared.hand_on(seqs[0], ada.id)
        assert subjects(books, ada) == []
        books.shared.hand_on(seqs[1], bob.id)
        assert subjects(books, bob) == ["about A", "about B"]


def test_handing_on_does_not_make_unread_what_was_read(store: Store) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        books.tasks.add([draft("A")])
        seq = books.tasks.open(1)[0].seq
        number = books.shared.send(None, "A", [ada.id], "hello", "", task=seq)
        books.shared.read(ada.id, [number])
        books.shared.hand_on(seq, ada.id)
        assert subjects(books, ada) == []


@pytest.mark.parametrize("announced", [1, 2])
def test_a_call_is_answered_once_with_its_latest_caller(store: Store, announced: int) -> None:
    with store.writing() as books:
        ada = add(books, "ada")
        for number in range(announced):
            books.calls.announce("call-1", ada.id, f"/w{number}")
        books.calls.announce("call-2", ada.id, "/other")
    with store.writing() as books:
        assert books.calls.answer("call-1") == ToolCall(ada.id, f"/w{announced - 1}")
        assert books.calls.answer("call-1") is None
        assert books.calls.answer("call-2") == ToolCall(ada.id, "/other")
        assert books.calls.answer("call-3") is None


def test_the_log_can_be_asked_for_one_subject_and_for_what_came_later(store: Store) -> None:
    with store.writing() as books:
        numbers = [books.events.add("claimed", subject) for subject in ("T1", "T2", "T1", "T3")]
    with store.reading() as books:
        assert [event.id for event in books.events.recent(9, subject="T1")] == [numbers[0], numbers[2]]
        assert [event.id for event in books.events.recent(1, subject="T1")] == [numbers[2]]
        assert [event.subject for event in books.events.recent(9, after=numbers[1])] == ["T1", "T3"]


def test_the_newest_message_has_the_highest_number_whoever_is_to_read_it(store: Store) -> None:
    with store.writing() as books:
        assert books.inbox.latest() == 0
        ada = books.agents.add("k-1", "ada", "session", parent=None, process=None, worktree="")
        bob = books.agents.add("k-2", "bob", "session", parent=None, process=None, worktree="")
        first = books.inbox.post(None, ada.id, "one", "")
        assert books.inbox.latest() == first
        assert books.inbox.post(None, bob.id, "two", "") == books.inbox.latest() > first
