"""The tasks' book: in which order work is handed out, what waits for what, and what is kept with a task."""

from __future__ import annotations

import pytest

from mcp_server.domain.task import Needed, Status, Task, Wanted
from mcp_server.ports import Books, Store
from tests.workspace import START_TIME, Workspace, anchors, draft


def anything(_wanted: Wanted) -> bool:
    return True


def existing(books: Books, task_id: str) -> Task:
    task = books.tasks.get(task_id)
    assert task is not None
    return task


def put(books: Books, task_id: str, status: Status) -> list[str]:
    return books.tasks.put(existing(books, task_id).seq, status=status, token=None)


def ready(books: Books) -> list[str]:
    return [task.id for task in books.tasks.ready(100)]


def take(books: Books, task_id: str | None = None) -> Task | None:
    """Take a task and add the event that goes with it."""
    task = books.tasks.take(anything, task_id)
    if task is not None:
        books.events.add("claimed", task.id, id=task.token)
    return task


def test_a_task_is_kept_as_it_was_planned(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A", "src/**", "!src/x", "docs", resources=["db", "port:1"], priority=-3)])
    with store.reading() as books:
        task = existing(books, "A")
    assert task == Task(
        task.seq,
        "A",
        "Work on A",
        ("src/**", "!src/x", "docs"),
        anchors("src/**", "!src/x", "docs"),
        ("db", "port:1"),
        -3,
        "sonnet",
        "the tests pass",
        "todo",
        0,
        True,
        None,
        0,
        None,
        False,
    )


def test_no_task_has_an_unknown_id(store: Store) -> None:
    with store.reading() as books:
        assert books.tasks.get("T1") is None
        assert books.tasks.depends_on("T1") == []


def test_known_are_those_of_the_ids_that_a_task_has(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("é")])
        assert books.tasks.known(["A", "B", "é", "A"]) == {"A", "é"}
        assert books.tasks.known([]) == set()


def test_a_fresh_id_is_one_that_no_task_has(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("T2")])
        assert [books.tasks.next_id(), books.tasks.next_id()] == ["T1", "T3"]
    with store.writing() as books:
        assert books.tasks.next_id() == "T4"


def test_taking_chooses_the_highest_priority_then_the_oldest(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("low", priority=-1), draft("old"), draft("new"), draft("high", priority=5)])
        order = [task.id for task in (take(books) for _ in range(4)) if task]
        assert order == ["high", "old", "new", "low"]
        assert take(books) is None


def test_the_order_of_readiness_is_the_order_of_taking(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("low", priority=-1), draft("old"), draft("new"), draft("high", priority=5)])
        assert ready(books) == ["high", "old", "new", "low"]
        assert [task.id for task in books.tasks.ready(2)] == ["high", "old"]


def test_a_task_that_was_taken_is_in_progress_under_the_token_of_the_next_event(store: Store) -> None:
    with store.writing() as books:
        books.events.add("planned", "A")
        books.tasks.add([draft("A")])
        books.tasks.put(existing(books, "A").seq, status="todo", token=None, needs="a decision")
        task = books.tasks.take(anything, None)
        assert task is not None
        assert (task.status, task.ready, task.needs) == ("in_progress", False, None)
        assert existing(books, "A") == task
        assert task.token == books.events.add("claimed", "A")


def test_taking_a_named_task_takes_that_one_or_none(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A", priority=9), draft("B")])
        taken = take(books, "B")
        assert taken is not None
        assert taken.id == "B"
        assert take(books, "B") is None
        assert take(books, "C") is None
        assert ready(books) == ["A"]


def test_taking_passes_over_what_is_not_free(store: Store) -> None:
    asked: list[Wanted] = []

    def free(wanted: Wanted) -> bool:
        asked.append(wanted)
        return wanted.task == "B"

    with store.writing() as books:
        books.tasks.add([draft("A", "src/**", "!src/b", resources=["db"]), draft("B"), draft("C")])
        taken = books.tasks.take(free, None)
        assert taken is not None
        assert taken.id == "B"
        assert asked[0] == Wanted("A", ("src/**", "!src/b"), anchors("src/**", "!src/b"), ("db",), None)
        assert books.tasks.take(lambda _: False, "A") is None
        assert ready(books) == ["A", "C"]


def test_what_goes_wrong_while_looking_whether_a_task_is_free_is_not_hidden(workspace: Workspace) -> None:
    class Bug(Exception):
        pass

    def free(_wanted: Wanted) -> bool:
        raise Bug

    with workspace.store.writing() as books:
        books.tasks.add([draft("A")])
    before = workspace.dump()
    with pytest.raises(Bug), workspace.store.writing() as books:
        books.tasks.take(free, None)
    assert workspace.dump() == before


@pytest.mark.parametrize("status", ["in_progress", "blocked", "done"])
def test_taking_never_gives_a_task_that_is_not_to_do(store: Store, status: Status) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A")])
        put(books, "A", status)
        assert take(books) is None
        assert take(books, "A") is None
        assert ready(books) == []


def test_taking_never_gives_a_task_that_waits(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("B", depends_on=["A"]), draft("A")])
        assert (existing(books, "B").waiting, existing(books, "B").ready) == (1, False)
        assert take(books, "B") is None
        assert ready(books) == ["A"]


def test_a_task_is_ready_when_the_last_that_it_waits_for_is_done(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B"), draft("C", depends_on=["A", "B"]), draft("D", depends_on=["C"])])
        assert put(books, "A", "done") == []
        assert books.tasks.needs(existing(books, "C").seq) == ["B"]
        assert put(books, "B", "done") == ["C"]
        assert (existing(books, "C").waiting, existing(books, "C").ready) == (0, True)
        assert existing(books, "D").ready is False


def test_a_task_whose_dependency_is_reopened_waits_again(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B", depends_on=["A"])])
        put(books, "A", "done")
        assert put(books, "A", "todo") == []
        assert (existing(books, "B").waiting, existing(books, "B").ready) == (1, False)
        assert take(books, "B") is None
        assert put(books, "A", "done") == ["B"]


def test_what_was_ready_already_is_not_named_as_made_ready(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B", depends_on=["A"])])
        assert put(books, "A", "done") == ["B"]
        assert put(books, "A", "done") == []


def test_a_task_in_progress_stays_so_when_a_dependency_is_reopened_and_waits_when_it_is_given_back(
    store: Store,
) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B", depends_on=["A"])])
        put(books, "A", "done")
        take(books, "B")
        put(books, "A", "todo")
        assert existing(books, "B").status == "in_progress"
        put(books, "B", "todo")
        assert (existing(books, "B").waiting, existing(books, "B").ready) == (1, False)


def test_a_done_task_is_not_made_ready_by_what_it_depended_on(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B", depends_on=["A"])])
        put(books, "B", "done")
        assert put(books, "A", "done") == []
        assert existing(books, "B").ready is False


def test_a_task_can_depend_on_one_that_was_planned_and_done_before(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B")])
        put(books, "A", "done")
        books.tasks.add([draft("C", depends_on=["B", "A", "A"])])
        assert books.tasks.depends_on("C") == ["A", "B"]
        assert books.tasks.needs(existing(books, "C").seq) == ["B"]


def test_putting_a_task_keeps_what_it_needs_and_how_often_it_failed(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A")])
        seq = existing(books, "A").seq
        books.tasks.put(seq, status="blocked", token=None, needs="a key", failures=2)
        task = existing(books, "A")
        assert (task.status, task.needs, task.failures, task.ready) == ("blocked", "a key", 2, False)
        books.tasks.put(seq, status="todo", token=None)
        task = existing(books, "A")
        assert (task.status, task.needs, task.failures, task.ready) == ("todo", None, 2, True)


def test_a_task_gets_another_scope(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A", "src/**")])
        books.tasks.rescope(existing(books, "A").seq, ("src/**", "lib"), anchors("src/**", "lib"))
        task = existing(books, "A")
        assert (task.scope, task.anchors) == (("src/**", "lib"), anchors("src/**", "lib"))


def test_a_task_in_progress_can_be_offered_and_the_offer_taken_back(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A")])
        first = take(books)
        assert first is not None
        books.tasks.offer(first.seq, ready=True)
        assert ready(books) == ["A"]
        books.tasks.offer(first.seq, ready=False)
        assert take(books) is None
        books.tasks.offer(first.seq, ready=True)
        second = take(books)
        assert second is not None
        assert first.token is not None
        assert second.token is not None
        assert second.token > first.token


def test_an_offered_task_tells_whose_lease_would_be_replaced(store: Store) -> None:
    asked: list[Wanted] = []
    with store.writing() as books:
        books.tasks.add([draft("A")])
        first = take(books)
        assert first is not None
        books.tasks.offer(first.seq, ready=True)

        def free(wanted: Wanted) -> bool:
            asked.append(wanted)
            return False

        assert books.tasks.take(free, None) is None
        assert [wanted.token for wanted in asked] == [first.token]


def test_open_tasks_and_their_grounds_are_those_not_done_oldest_first(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("B", "b", priority=-1), draft("A", "a", resources=["db"]), draft("C"), draft("D")])
        put(books, "C", "done")
        put(books, "D", "blocked")
        assert [task.id for task in books.tasks.open(9)] == ["B", "A", "D"]
        assert [task.id for task in books.tasks.open(2)] == ["B", "A"]
        assert books.tasks.around([""]) == [
            Wanted("B", ("b",), anchors("b"), (), None),
            Wanted("A", ("a",), anchors("a"), ("db",), None),
        ]
        assert books.tasks.counts() == (3, 1)


def test_open_tasks_around_a_place_are_found_as_they_change(store: Store) -> None:
    def around(*places: str) -> list[str]:
        return [wanted.task for wanted in books.tasks.around(places)]

    with store.writing() as books:
        books.tasks.add([draft("A", "src/api/**"), draft("B", "src"), draft("C", "docs/a.md"), draft("D", "srcs/x")])
        assert around("src/api/v1") == ["A", "B"]
        assert around("src") == ["A", "B"]
        assert around("docs", "docs/a.md") == ["C"]
        assert around("") == ["A", "B", "C", "D"]
        put(books, "A", "done")
        assert around("src") == ["B"]
        put(books, "A", "todo")
        books.tasks.rescope(existing(books, "B").seq, ("lib/**",), anchors("lib/**"))
        assert (around("src"), around("lib/z"), books.tasks.counts()) == (["A"], ["B"], (4, 0))
        put(books, "C", "dropped")
        assert books.tasks.counts() == (3, 0)


def test_checkpoints_are_kept_with_their_author_and_the_newest_are_shown(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = books.agents.add("s", "ada", "session", parent=None, process=None, worktree="")
        books.tasks.add([draft("A"), draft("B")])
        seq = existing(books, "A").seq
        for text in ("one", "two", "three"):
            books.tasks.note(seq, ada.id, text)
        assert [(note.author, note.at, note.text) for note in books.tasks.notes(seq, 2)] == [
            ("ada", START_TIME, "two"),
            ("ada", START_TIME, "three"),
        ]
        assert books.tasks.notes(existing(books, "B").seq, 5) == []


def test_a_task_says_that_something_is_kept_for_whoever_claims_it(store: Store) -> None:
    with store.writing() as books:
        ada = books.agents.add("s", "ada", "session", parent=None, process=None, worktree="")
        books.tasks.add([draft("A"), draft("B"), draft("C")])
        books.tasks.note(existing(books, "A").seq, ada.id, "half of it")
        books.shared.send(ada.id, "B", [], "careful", "", task=existing(books, "B").seq)
        assert [existing(books, name).kept for name in "ABC"] == [True, True, False]
        taken = take(books, "A")
        assert taken is not None
        assert taken.kept


def test_taking_asks_about_tasks_that_need_capabilities_and_for_a_limited_agent_about_all(store: Store) -> None:
    asked: list[Needed] = []

    def suits(needed: Needed) -> bool:
        asked.append(needed)
        return needed.task == "C"

    with store.writing() as books:
        books.tasks.add(
            [
                draft("A", priority=9)._replace(capabilities=("docker", "gpu")),
                draft("B", "src/**")._replace(role="tester"),
                draft("C"),
                draft("D"),
            ]
        )
        taken = books.tasks.take(anything, None, suits, limited=True)
        assert taken is not None
        assert (taken.id, asked[:2]) == (
            "C",
            [Needed("A", None, ("docker", "gpu"), False), Needed("B", "tester", (), True)],
        )
        asked.clear()
        taken = books.tasks.take(anything, None, suits)
        assert taken is not None
        assert (taken.id, [needed.task for needed in asked]) == ("B", ["A"])
        assert books.tasks.take(anything, "A", suits) is None
        assert books.tasks.take(anything, "D", suits, limited=True) is None


def test_what_goes_wrong_while_looking_whether_a_task_suits_is_not_hidden(store: Store) -> None:
    def suits(_needed: Needed) -> bool:
        raise LookupError

    with store.writing() as books:
        books.tasks.add([draft("A")])
    with pytest.raises(LookupError), store.writing() as books:
        books.tasks.take(anything, None, suits, limited=True)
