"""What every store promises about conflicts between branches and about merges that were begun."""

from __future__ import annotations

from mcp_server.domain.conflict import Conflict, Known
from mcp_server.domain.merge import PendingMerge
from mcp_server.ports import Books, Store
from tests.workspace import START_TIME, Workspace, draft

ONE = Conflict("src/ä b.py", "contents", ((10, 14), (20, 20)), ((9, 9),), "sign 1")
OTHER = Conflict("x", "modify/delete", (), (), "sign 2")


def paths(books: Books) -> list[tuple[str, str, str]]:
    return [(*known.pair, known.conflict.path) for known in books.conflicts.all()]


def test_a_conflict_is_kept_as_it_was_found(store: Store) -> None:
    with store.writing() as books:
        books.conflicts.find("T1", "T2", ONE)
    with store.reading() as books:
        assert books.conflicts.all() == [Known("T1", "T2", ONE, START_TIME)]


def test_a_conflict_that_goes_on_keeps_its_beginning_and_what_was_told(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        books.conflicts.find("T1", "T2", ONE)
        books.conflicts.tell("T1", "T2", ONE.path)
        books.conflicts.tell("T1", "T2", "another path")
    workspace.clock.advance(60)
    changed = ONE._replace(sign="sign 3", ours=())
    with workspace.store.writing() as books:
        books.conflicts.find("T1", "T2", changed)
        assert books.conflicts.all() == [Known("T1", "T2", changed, START_TIME, told="sign 1")]


def test_a_conflict_that_is_over_is_remembered_and_begins_anew_when_it_is_back(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        books.conflicts.find("T1", "T2", ONE)
        books.conflicts.tell("T1", "T2", ONE.path)
        books.conflicts.close("T1", "T2", ONE.path)
        books.conflicts.close("T1", "T2", "another path")
        assert books.conflicts.all() == [Known("T1", "T2", ONE, START_TIME, is_open=False, told="sign 1")]
    workspace.clock.advance(60)
    with workspace.store.writing() as books:
        books.conflicts.find("T1", "T2", ONE)
        assert books.conflicts.all() == [Known("T1", "T2", ONE, START_TIME + 60, told="sign 1")]


def test_only_the_conflicts_of_pairs_that_are_there_are_kept(store: Store) -> None:
    with store.writing() as books:
        for pair in (("T1", "T2"), ("T1", "main"), ("T2", "main")):
            books.conflicts.find(*pair, OTHER)
            books.conflicts.find(*pair, ONE)
        books.conflicts.keep([("T1", "main"), ("T9", "main")])
        assert paths(books) == [("T1", "main", ONE.path), ("T1", "main", "x")]
        books.conflicts.keep([])
        assert paths(books) == []


def test_a_merge_that_was_begun_is_pending_until_it_ends(store: Store) -> None:
    begun = PendingMerge("T1-ä", "main", "a" * 40, "b" * 40, "/repository", "T1-ä", 7)
    with store.writing() as books:
        books.pending_merges.begin(begun._replace(new="c" * 40))
        books.pending_merges.begin(begun)
        books.pending_merges.begin(begun._replace(branch="other", root=None, worktree=None))
    with store.writing() as books:
        assert books.pending_merges.pending() == [begun, begun._replace(branch="other", root=None, worktree=None)]
        books.pending_merges.end("other")
        books.pending_merges.end("never was")
        assert books.pending_merges.pending() == [begun]


def test_what_was_done_in_a_worktree_keeps_others_waiting_until_it_has_come_home(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B"), draft("C", depends_on=["A", "B"])])
        books.worktrees.add("A", "/trees/A", branch="A", base="main", start="c0ffee", task="A")
        numbers = [task.seq for task in books.tasks.among(["A", "B", "C"])]
        assert books.tasks.put(numbers[0], status="done", token=None) == []
        assert books.tasks.put(numbers[1], status="done", token=None) == []
        assert books.tasks.needs(numbers[2]) == ["A"]
        assert books.tasks.settle("A") == []
        books.worktrees.record_merge("A", "d00d")
        assert books.tasks.settle("A") == ["C"]
        assert [task.id for task in books.tasks.ready(9)] == ["C"]
        assert books.tasks.settle("A") == []


def test_a_worktree_that_is_gone_or_going_keeps_nobody_waiting(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B", depends_on=["A"]), draft("C"), draft("D", depends_on=["C"])])
        for task in books.tasks.among(["A", "C"]):
            books.worktrees.add(task.id, f"/trees/{task.id}", branch=task.id, base="main", start="c0", task=task.id)
            assert books.tasks.put(task.seq, status="done", token=None) == []
        books.worktrees.move("A", "removing")
        books.worktrees.forget("C")
        assert books.tasks.settle("A") == ["B"]
        assert books.tasks.settle("C") == ["D"]
        assert books.tasks.settle("unknown") == []


def test_a_task_that_was_dropped_keeps_nobody_waiting_wherever_it_was_worked_on(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B", depends_on=["A"])])
        books.worktrees.add("A", "/trees/A", branch="A", base="main", start="c0ffee", task="A")
        [task] = books.tasks.among(["A"])
        assert books.tasks.put(task.seq, status="dropped", token=None) == ["B"]


def test_what_waits_for_a_task_are_the_open_tasks_that_depend_on_it(store: Store) -> None:
    with store.writing() as books:
        books.tasks.add([draft("A"), draft("B", depends_on=["A"]), draft("C", depends_on=["A"]), draft("D")])
        [task] = books.tasks.among(["C"])
        books.tasks.put(task.seq, status="done", token=None)
        assert [task.id for task in books.tasks.waiting_for("A")] == ["B"]
        assert books.tasks.waiting_for("D") == []
        assert books.tasks.waiting_for("unknown") == []
