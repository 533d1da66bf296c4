"""What every store promises about reviews: who asked, what waits, how many places are taken."""

from __future__ import annotations

from mcp_server.domain.task import Check, Review
from mcp_server.ports import Books, Store
from tests.workspace import START_TIME, Workspace, draft


def author(books: Books) -> int:
    return books.agents.add("s-ada", "ada", "session", parent=None, process=None, worktree="/trees/ada").id


def waits(books: Books, task_id: str, by: int, *, began_at: float = START_TIME) -> int:
    books.tasks.add([draft(task_id, f"src/{task_id}/**")])
    task = books.tasks.get(task_id)
    assert task is not None
    books.tasks.put(task.seq, status="review", token=None)
    books.reviews.ask(task.seq, by, worktree="/trees/ada", began_at=began_at)
    return task.seq


def test_what_waits_is_listed_the_longest_first(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = author(books)
        assert books.reviews.waiting(10) == []
        first = waits(books, "A", ada)
    workspace.clock.advance(5)
    with workspace.store.writing() as books:
        second = waits(books, "B", ada, began_at=START_TIME + 1)
    workspace.clock.advance(5)
    with workspace.store.writing() as books:
        assert [review.task for review in books.reviews.waiting(10)] == ["A", "B"]
        assert [review.task for review in books.reviews.waiting(1)] == ["A"]
        books.reviews.ask(first, ada, worktree="/trees/ada", began_at=START_TIME + 9)
    with workspace.another_store().reading() as books:
        assert [review.task for review in books.reviews.waiting(10)] == ["B", "A"], "it was asked for again"
        assert books.reviews.of(first) == Review("A", ada, "ada", "/trees/ada", START_TIME, START_TIME + 10)
        assert books.reviews.of(second) == Review("B", ada, "ada", "/trees/ada", START_TIME + 1, START_TIME + 5)
        assert books.reviews.of(99) is None


def test_a_rejection_and_a_check_are_kept_until_review_is_asked_for_again(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = author(books)
        seq = waits(books, "A", ada)
    workspace.clock.advance(5)
    check = Check("make test", 2, ("one", "two"), "/log", "c0ffee", START_TIME + 5)
    with workspace.store.writing() as books:
        books.reviews.checked(seq, check)
        books.reviews.reject(seq, "no tests")
    with workspace.store.reading() as books:
        review = books.reviews.of(seq)
        assert review is not None
        assert (review.rejected_at, review.reason, review.check) == (START_TIME + 5, "no tests", check)
    with workspace.store.writing() as books:
        books.reviews.ask(seq, ada, worktree="", began_at=START_TIME)
        assert books.reviews.of(seq) == Review("A", ada, "ada", "", START_TIME, START_TIME + 5)


def test_places_are_counted_up_to_a_limit(store: Store) -> None:
    with store.writing() as books:
        ada = author(books)
        for name in "ABC":
            waits(books, name, ada)
        books.tasks.add([draft(name, f"lib/{name}/**") for name in "DEF"])
        assert [books.reviews.taken(limit, begun=False) for limit in (2, 3, 9)] == [2, 3, 3]
        assert books.reviews.taken(9, begun=True) == 3
        begun = books.tasks.take(lambda _: True, "D")
        assert begun is not None
        assert begun.token is not None
        books.leases.grant(begun.token, ada, task=begun, scope=begun.scope, anchors=begun.anchors, seconds=60)
        rejected = books.tasks.get("C")
        assert rejected is not None
        books.reviews.reject(rejected.seq, "no")
        books.tasks.put(rejected.seq, status="todo", token=None)
        assert (books.reviews.taken(9, begun=False), books.reviews.taken(9, begun=True)) == (2, 4)


def test_what_was_begun_is_offered_again_before_anything_new(store: Store) -> None:
    with store.writing() as books:
        ada = author(books)
        books.tasks.add([draft(name, f"lib/{name}/**") for name in ("new", "expired")])
        taken = books.tasks.take(lambda _: True, "expired")
        assert taken is not None
        assert taken.token is not None
        books.leases.grant(taken.token, ada, task=taken, scope=taken.scope, anchors=taken.anchors, seconds=60)
        assert books.reviews.begun(9) == []
        books.tasks.offer(taken.seq, ready=True)
        rejected = waits(books, "rejected", ada)
        books.reviews.reject(rejected, "no")
        books.tasks.put(rejected, status="todo", token=None)
        assert books.reviews.begun(9) == ["expired", "rejected"]
        assert books.reviews.begun(1) == ["expired"]


def test_reviews_of_what_was_done_long_ago_are_forgotten_and_then_their_author(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        ada = author(books)
        done, waiting = waits(books, "A", ada), waits(books, "B", ada)
        books.tasks.put(done, status="done", token=None)
        books.events.add("review", "B")
    workspace.clock.advance(100)
    with workspace.store.writing() as books:
        books.retention.forget(START_TIME + 50, most_events=10, step=10)
        assert (books.reviews.of(done), books.reviews.of(waiting) is None) == (None, False)
        assert books.agents.get(ada).name == "ada"
        books.tasks.put(waiting, status="done", token=None)
    workspace.clock.advance(100)
    with workspace.store.writing() as books:
        books.retention.forget(START_TIME + 150, most_events=10, step=10)
        books.retention.forget(START_TIME + 150, most_events=10, step=10)
        assert books.agents.named("ada") is None
