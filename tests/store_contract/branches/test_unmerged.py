"""The book of work that other machines can't have yet, and how it keeps others waiting."""

from __future__ import annotations

from mcp_server.domain.machines.unmerged import UnmergedWork
from mcp_server.ports import Store
from tests.workspace import draft

WORK = UnmergedWork("A", "here", "a", "main")


def test_of_each_task_the_latest_place_of_its_work_is_kept(store: Store) -> None:
    with store.writing() as books:
        books.unmerged.put(WORK)
        books.unmerged.put(UnmergedWork("B", "there", "b", "main", "c1"))
        books.unmerged.put(WORK._replace(host="there", merged="c2"))
    with store.reading() as books:
        assert books.unmerged.of("A") == WORK._replace(host="there", merged="c2")
        assert books.unmerged.of("C") is None
        assert [work.task for work in books.unmerged.all()] == ["A", "B"]


def test_a_task_that_is_done_keeps_others_waiting_until_its_work_is_ended(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A", "a"), draft("B", "b", depends_on=["A"])])
        first = books.tasks.get("A")
        assert first is not None
        books.unmerged.put(WORK)
        assert books.tasks.put(first.seq, status="done", token=None) == []
        second = books.tasks.get("B")
        assert second is not None
        assert books.tasks.needs(second.seq) == ["A"]
        books.unmerged.put(WORK._replace(merged="c1"))
        assert books.tasks.settle("A") == []
        books.unmerged.end("A")
        assert books.tasks.settle("A") == ["B"]
