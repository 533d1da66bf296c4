"""The book of runs: what is in which state, whose tasks they are, and who runs something for them."""

from __future__ import annotations

from mcp_server.domain.agent import Process
from mcp_server.domain.workflow.run import Counts, Run, RunPhase
from mcp_server.ports import Books
from tests.store_contract import test_usage as usage
from tests.store_contract.branches import test_worktrees as worktrees
from tests.workspace import START_TIME, Workspace, draft

NEW = Run(0, "audit-1", "audit", "text", (("files", "src/**"), ("é", "")), "running", 0, 0.0, 0.0, tokens=9, failures=2)
ME, OTHER = Process("here", 1, "then"), Process("here", 2, "then")


def starter(books: Books) -> int:
    return books.agents.add("pat", "pat", "person", parent=None, process=None, worktree="").id


def begun(books: Books, run_id: str = "audit-1", tasks: int = 2) -> Run:
    """A run with two phases, and so many tasks in the first."""
    found = books.agents.named("pat")
    run = books.runs.begin(NEW._replace(id=run_id, starter=found.id if found else starter(books)), ["read", "write"])
    books.tasks.add([draft(f"{run_id}.{number}", f"src/{run_id}/{number}") for number in range(tasks)])
    books.runs.attach(run.seq, 1, [(f"{run_id}.{number}", f"item {number}") for number in range(tasks)])
    return run


def seq_of(books: Books, task_id: str) -> int:
    found = books.tasks.get(task_id)
    assert found is not None
    return found.seq


def test_a_run_is_kept_as_it_was_begun_with_its_phases(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        run = begun(books)
    with workspace.another_store().reading() as books:
        assert books.runs.get("audit-1") == run
        assert (run.given, run.begun_at, run.tokens) == (NEW.given, START_TIME, 9)
        assert books.runs.get("audit-2") is None
        assert books.runs.phases(run.seq) == [
            RunPhase(1, "read", "waiting", START_TIME),
            RunPhase(2, "write", "waiting", START_TIME),
        ]
        assert books.runs.tasks(run.seq, 1) == [("audit-1.0", "item 0"), ("audit-1.1", "item 1")]
        assert [found and found.id for found in map(books.runs.of, ("audit-1.0", "nobody's"))] == ["audit-1", None]


def test_an_id_is_one_that_no_run_and_no_task_has(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        assert books.runs.next_id("audit") == "audit-1"
        begun(books)
        books.tasks.add([draft("audit-2")])
        assert (books.runs.next_id("audit"), books.runs.next_id("other")) == ("audit-3", "other-1")


def test_only_the_tasks_of_a_running_run_are_offered(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        run = begun(books)
        books.tasks.add([draft("mine", "lib")])
        workspace.clock.advance(5)
    with workspace.store.writing() as books:
        books.runs.move(run.seq, "paused", by="pat", why="lunch")
        assert [task.id for task in books.tasks.ready(9)] == ["mine"]
        assert books.tasks.take(lambda _: True, "audit-1.0") is None
        task = books.tasks.get("audit-1.0")
        assert task is not None
        assert (task.status, task.ready) == ("todo", False)
        found = books.runs.get("audit-1")
        assert found is not None
        assert (found.state, found.by, found.why, found.since) == ("paused", "pat", "lunch", START_TIME + 5)
        books.tasks.add([draft("late", "late")])
        books.runs.attach(run.seq, 2, [("late", "")])
        books.tasks.put(seq_of(books, "audit-1.0"), status="todo", token=None)
        assert [task.id for task in books.tasks.ready(9)] == ["mine"], "whatever else happens to them"
        books.runs.move(run.seq, "running")
        assert [task.id for task in books.tasks.ready(9)] == ["audit-1.0", "audit-1.1", "mine", "late"]


def test_runs_are_listed_while_they_are_open_and_the_latest_first(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        one, two, three = (begun(books, name, 0) for name in ("audit-1", "audit-2", "audit-3"))
        books.runs.move(one.seq, "done")
        books.runs.move(two.seq, "stopped")
        books.runs.move(three.seq, "blocked")
        assert [run.id for run in books.runs.open()] == ["audit-3"]
        assert [run.id for run in books.runs.latest(2)] == ["audit-3", "audit-2"]
        books.runs.allow(three.seq, tokens=None, failures=7)
        assert [(run.tokens, run.failures) for run in books.runs.open()] == [(None, 7)]


def test_one_process_at_a_time_runs_something_for_a_phase_and_a_change_makes_its_attempt_old(
    workspace: Workspace,
) -> None:
    with workspace.store.writing() as books:
        run = begun(books)
        assert books.runs.take(run.seq, 1, ME, 1)
        assert not books.runs.take(run.seq, 1, OTHER, 1), "both had seen that nobody ran it"
        assert not books.runs.take(run.seq, 1, OTHER, 2, anew=False)
        assert books.runs.take(run.seq, 1, OTHER, 1, anew=False), "the one that it was recorded for"
        assert books.runs.phases(run.seq)[0].runner == OTHER
        assert not books.runs.take(run.seq, 1, ME, 3)
        assert books.runs.take(run.seq, 1, ME, 2)
        assert not books.runs.take(run.seq, 1, OTHER, 1)
        books.runs.move_phase(run.seq, 1, "failed", words="why", log="/log")
        phase = books.runs.phases(run.seq)[0]
        assert phase == RunPhase(1, "read", "failed", START_TIME, phase.attempt, None, None, "why", "/log")
        assert not books.runs.take(run.seq, 1, ME, 2), "nobody has anything to report of it any more"


def test_a_gate_is_a_task_that_nobody_is_offered(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        run = begun(books, tasks=0)
        books.tasks.add([draft("gate")])
        books.runs.move_phase(run.seq, 1, "review", gate="gate")
        assert books.tasks.ready(9) == []
        assert (books.runs.is_gate("gate"), books.runs.is_gate("audit-1.0")) == (True, False)
        found = books.runs.of("gate")
        assert found is not None
        assert found.id == "audit-1"


def test_what_has_become_of_the_tasks_is_counted(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        run = begun(books, tasks=5)
        seqs = [seq_of(books, f"audit-1.{number}") for number in range(5)]
        statuses = ("done", "in_progress", "blocked", "review", "dropped")
        for seq, status in zip(seqs, statuses, strict=True):
            books.tasks.put(seq, status=status, token=None, failures=1 if status == "blocked" else None)  # type: ignore[arg-type]  # one of the statuses
        assert books.runs.counts(run.seq) == {
            1: Counts(total=5, done=1, in_progress=1, blocked=1, review=1, dropped=1, failures=1)
        }
        assert (books.runs.failed(run.seq), books.runs.is_over(run.seq, 1)) == (1, False)
        for seq in seqs:
            books.tasks.put(seq, status="done", token=None)
        assert books.runs.is_over(run.seq, 1)
        assert books.runs.is_over(run.seq, 2), "there is nothing to wait for"
        books.runs.detach(run.seq, 1)
        assert (books.runs.tasks(run.seq, 1), books.runs.counts(run.seq)) == ([], {})


def test_a_task_that_is_done_in_a_worktree_counts_when_it_is_merged(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        run = begun(books, tasks=1)
        books.tasks.put(seq_of(books, "audit-1.0"), status="done", token=None)
        worktrees.add(books, "tree", task="audit-1.0")
        assert books.runs.counts(run.seq)[1]._replace(failures=0) == Counts(total=1, away=1)
        assert not books.runs.is_over(run.seq, 1)
        books.worktrees.record_merge("tree", "c0ffee")
        assert books.runs.is_over(run.seq, 1)


def test_what_was_spent_on_its_tasks_is_added_up(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    with workspace.store.writing() as books:
        run = begun(books)
    usage.record(workspace, ada, usage.passage(("r1", (10, 5, 0, 99))), on="audit-1.0")
    usage.record(workspace, ada, usage.passage(("r2", (1, 1, 3, 0))), path=usage.OTHER, on="audit-1.1")
    usage.record(workspace, ada, usage.passage(("r3", (7, 7, 7, 7))), path="/t/s3.jsonl", on="somebody's")
    with workspace.store.reading() as books:
        assert books.runs.spent(run.seq) == 20, "without what came from the cache"


def test_a_run_that_was_over_long_ago_is_forgotten_and_its_tasks_are_not(workspace: Workspace) -> None:
    with workspace.store.writing() as books:
        over, going = begun(books), begun(books, "audit-2")
        books.runs.move(over.seq, "done")
    workspace.clock.advance(100)
    with workspace.store.writing() as books:
        books.retention.forget(START_TIME + 50, most_events=10, step=10)
        assert [run.id for run in books.runs.latest(9)] == [going.id]
        assert books.runs.of("audit-1.0") is None
        assert books.tasks.get("audit-1.0") is not None
        assert books.agents.named("pat") is not None
