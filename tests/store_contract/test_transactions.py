"""What a transaction promises: all or nothing, one consistent state, one time."""

from __future__ import annotations

import pytest

from mcp_server.ports import Books, Store
from tests.workspace import Workspace, anchors, draft


def write_into_every_book(books: Books) -> None:
    ada = books.agents.add("s-ada", "ada", "session", parent=None, process=None, worktree="/w")
    books.agents.next_number()
    books.tasks.add([draft(books.tasks.next_id(), "src/**")])
    task = books.tasks.take(lambda _: True, None)
    assert task is not None
    token = books.events.add("claimed", task.id, agent=ada.id, id=task.token)
    books.leases.grant(
        token, ada.id, task=task, resource=None, scope=task.scope, anchors=task.anchors, seconds=60, purpose=None
    )
    books.tasks.note(task.seq, ada.id, "half of it")
    books.shared.write(ada.id, "learning", "water is wet", "abc", 2)
    books.shared.send(None, "ada", [ada.id], "hello", "")
    books.journal.edited("src/a.py", ada.id)
    books.calls.announce("call-1", ada.id, "/w")
    books.guard.refused(ada.id, "lib/b.py", "outside")


def test_what_was_written_is_there_for_the_next_reader(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        write_into_every_book(books)
    with workspace.another_store().reading() as books:
        ada = books.agents.named("ada")
        assert ada is not None
        assert [lease.task for lease in books.leases.held_by(ada.id)] == ["T1"]
        assert [entry.text for entry in books.shared.entries(None)] == ["water is wet"]
        assert [editor.name for editor in books.journal.editors("src/a.py")] == ["ada"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_after_an_exception_nothing_was_written(workspace: Workspace, error: type[BaseException]) -> None:
    before = workspace.dump()
    with pytest.raises(error), workspace.store.writing() as books:
        write_into_every_book(books)
        raise error
    assert workspace.dump() == before


def test_after_an_exception_the_store_goes_on_as_if_nothing_had_been_tried(workspace: Workspace) -> None:
    with pytest.raises(RuntimeError), workspace.store.writing() as books:
        write_into_every_book(books)
        raise RuntimeError
    with workspace.store.writing() as books:
        write_into_every_book(books)
        assert books.tasks.get("T1") is not None
        assert books.agents.next_number() == 2


def test_a_reader_sees_one_state_while_another_writes(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        books.tasks.add([draft("A")])
    with workspace.store.reading() as reader:
        assert reader.tasks.get("A") is not None
        with workspace.another_store().writing() as writer:
            writer.tasks.add([draft("B")])
        assert reader.tasks.get("B") is None
        assert len(reader.tasks.open(10)) == 1
    with workspace.store.reading() as reader:
        assert len(reader.tasks.open(10)) == 2


def test_what_is_written_while_reading_is_gone_afterwards(workspace: Workspace) -> None:
    before = workspace.dump()
    with workspace.store.reading() as books:
        books.tasks.add([draft("A")])
    assert workspace.dump() == before


def test_a_clock_that_fails_leaves_the_store_as_it_was(workspace: Workspace) -> None:
    before = workspace.dump()
    workspace.clock.fails = True
    for begin in (workspace.store.writing, workspace.store.reading):
        with pytest.raises(OSError, match="no time"), begin():
            pass
    workspace.clock.fails = False
    assert workspace.dump() == before
    with workspace.store.writing() as books:
        books.tasks.add([draft("A")])


def test_the_time_is_the_stores_and_stands_still_within_a_transaction(workspace: Workspace) -> None:
    workspace.clock.now = 100.0
    with workspace.store.writing() as books:
        workspace.clock.advance(5)
        ada = books.agents.add("s", "ada", "session", parent=None, process=None, worktree="")
        assert (books.now, ada.joined_at, ada.seen_at) == (100.0, 100.0, 100.0)
    with workspace.store.reading() as books:
        assert books.now == 105.0


def test_tokens_grow_with_every_event_and_are_never_used_twice(store: Store) -> None:
    tokens: list[int] = []
    with store.writing() as books:
        ada = books.agents.add("s", "ada", "session", parent=None, process=None, worktree="")
        books.tasks.add([draft(f"T{number}") for number in range(3)])
    for _ in range(3):
        with store.writing() as books:
            task = books.tasks.take(lambda _: True, None)
            assert task is not None
            assert task.token is not None
            assert books.events.add("claimed", task.id, id=task.token) == task.token
            tokens += [task.token, books.events.add("locked", "db")]
            books.leases.grant(
                tokens[-1], ada.id, task=None, resource="db", scope=(), anchors=anchors(), seconds=1, purpose=None
            )
            books.leases.close(tokens[-1])
    assert tokens == sorted(set(tokens))
