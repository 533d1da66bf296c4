"""What every store promises about the files that were taken from the inbox."""

from __future__ import annotations

from mcp_server.domain.unattended.request import Request
from mcp_server.ports import Store
from tests.workspace import START_TIME


def test_a_file_is_recorded_with_its_task_until_it_was_moved_and_its_last_word_was_told(store: Store) -> None:
    with store.writing() as books:
        one = books.requests.add("a.md", "1 2 3", "T1", None)
        two = books.requests.add("b.md", "4 5 6", None, "it is empty")
    assert one == Request(one.id, "a.md", "1 2 3", "T1", START_TIME)
    assert (two.task, two.trouble) == (None, "it is empty")

    with store.writing() as books:
        assert books.requests.unmoved() == [one, two]
        books.requests.moved(one.id, "a-2.md")
        assert books.requests.unmoved() == [two]
        assert books.requests.of_task("T1") == one._replace(kept_as="a-2.md")
        assert books.requests.of_task("T2") is None

    with store.writing() as books:
        for state in ("todo", "blocked", "review"):
            books.requests.tell(one.id, state)
            assert [(each.id, each.told) for each in books.requests.unsettled()] == [(one.id, state), (two.id, None)]
        books.requests.tell(one.id, "done")
        books.requests.tell(two.id, "refused")
        assert books.requests.unsettled() == []


def test_a_file_of_the_same_name_is_another_request(store: Store) -> None:
    with store.writing() as books:
        first = books.requests.add("a.md", "1 2 3", "T1", None)
        second = books.requests.add("a.md", "1 2 3", "T2", None)
        assert first.id != second.id
        assert books.requests.unsettled() == [first, second]
