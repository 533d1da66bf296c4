"""What the store in memory promises beyond the contract: threads take turns, and values cannot leak in or out."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

from tests.workspace import Workspace, draft


def test_threads_take_turns(tmp_path: Path) -> None:
    workspace = Workspace("memory", tmp_path)
    barrier = Barrier(4)

    def plan(name: str) -> None:
        barrier.wait()
        for _ in range(25):
            with workspace.store.writing() as books:
                books.tasks.add([draft(books.tasks.next_id())])
                books.events.add("planned", name)

    threads = [Thread(target=plan, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with workspace.store.reading() as books:
        assert len(books.tasks.open(1_000)) == len(books.events.recent(1_000)) == 100


def test_books_that_outlive_their_transaction_change_nothing(tmp_path: Path) -> None:
    workspace = Workspace("memory", tmp_path)
    with workspace.store.reading() as kept:
        pass
    before = workspace.dump()
    kept.tasks.add([draft("A")])
    assert workspace.dump() == before
