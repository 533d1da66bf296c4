"""Checkpoints are recorded with a task: only what was observed, and only once."""

from __future__ import annotations

from mcp_server.core.leases import checkpoints
from mcp_server.core.leases.checkpoints import SHOWN_FILES
from tests.workspace import LEASE, Workspace, task


def notes(workspace: Workspace, task_id: str = "A") -> list[tuple[str, str]]:
    seq = workspace.task(task_id).seq
    with workspace.store.reading() as books:
        return [(note.author, note.text) for note in books.tasks.notes(seq, 100)]


def work(workspace: Workspace, agent_id: int, *paths: str, failed: bool | None = None) -> None:
    with workspace.store.writing() as books:
        for path in paths:
            books.journal.edited(path, agent_id)
        if failed is not None:
            books.activity.ran(agent_id, "pytest -q", failed=failed)


def keep(workspace: Workspace, agent_id: int, why: str = "for a test", *commits: str) -> None:
    with workspace.store.writing() as books:
        checkpoints.keep_all(books, books.agents.get(agent_id), why, lambda _lease: commits)


def claimed(workspace: Workspace) -> int:
    workspace.plan(task("A", "src/**"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    return ada


def test_edits_in_the_scope_commits_and_the_last_test_run_are_kept(workspace: Workspace) -> None:
    ada = claimed(workspace)
    work(workspace, ada, "src/a.py", "docs/x.md", failed=True)
    keep(workspace, ada, "for a test", "ab12 Fix it")
    assert notes(workspace) == [
        (
            "ada",
            "(kept by Interlock: for a test) Edited: src/a.py. Committed: ab12 Fix it. "
            "Its last test run failed: `pytest -q`.",
        )
    ]


def test_the_last_failed_command_is_recorded_until_it_succeeds(workspace: Workspace) -> None:
    ada = claimed(workspace)
    with workspace.store.writing() as books:
        books.activity.ended(ada, "npm run build", failed=True)
    keep(workspace, ada)
    assert notes(workspace)[-1][1].endswith(") Its last command that failed: `npm run build`.")
    work(workspace, ada, "src/a.py")
    with workspace.store.writing() as books:
        books.activity.ended(ada, "npm run build", failed=False)
    keep(workspace, ada)
    assert notes(workspace)[-1][1].endswith(") Edited: src/a.py.")


def test_a_failed_test_run_is_recorded_once(workspace: Workspace) -> None:
    ada = claimed(workspace)
    work(workspace, ada, failed=True)
    with workspace.store.writing() as books:
        books.activity.ended(ada, "pytest -q", failed=True)
    keep(workspace, ada)
    assert notes(workspace)[-1][1].endswith(") Its last test run failed: `pytest -q`.")


def test_commits_of_a_killed_agent_are_found_by_the_next_holder_once(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada = workspace.agent("ada", pid=7, worktree="/trees/ada")
    workspace.checkout.made = [
        (workspace.clock.now - 1, "/trees/ada", "aa00 Before"),
        (workspace.clock.now, "/trees/x", "bb11 Other"),
    ]
    workspace.claimed(ada, "A")
    workspace.clock.advance(1)
    workspace.checkout.made.append((workspace.clock.now, "/trees/ada", "cc22 Fix it"))
    workspace.kill(7)

    claim = workspace.claimed(workspace.agent("ben", pid=8), "A")
    assert [note.text for note in claim.notes] == ["(kept by Interlock: found after it ended) Committed: cc22 Fix it."]
    workspace.kill(8)
    assert workspace.claimed(workspace.agent("cy"), "A").notes == claim.notes


def test_the_same_is_not_kept_twice_and_more_is(workspace: Workspace) -> None:
    ada = claimed(workspace)
    work(workspace, ada, "src/a.py")
    for why in ("one", "two"):
        keep(workspace, ada, why)
    assert len(notes(workspace)) == 1
    workspace.clock.advance(1)
    work(workspace, ada, "src/b.py")
    keep(workspace, ada)
    assert notes(workspace)[-1][1].endswith("Edited: src/b.py, src/a.py.")


def test_an_agent_that_did_nothing_leaves_no_checkpoint(workspace: Workspace) -> None:
    ada = claimed(workspace)
    keep(workspace, ada)
    assert notes(workspace) == []


def test_what_was_done_before_the_claim_does_not_count(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    ada = workspace.agent("ada")
    work(workspace, ada, "src/a.py", failed=True)
    workspace.clock.advance(1)
    workspace.claimed(ada, "A")
    keep(workspace, ada)
    assert notes(workspace) == []


def test_it_stays_short_however_much_was_done(workspace: Workspace) -> None:
    ada = claimed(workspace)
    work(workspace, ada, *(f"src/{number:03}.py" for number in range(SHOWN_FILES + 8)))
    keep(workspace, ada)
    assert "and 8 more." in notes(workspace)[0][1]
    work(workspace, ada, *(f"src/{'x' * 300}{number}.py" for number in range(20)))
    keep(workspace, ada)
    assert len(notes(workspace)[1][1]) <= checkpoints.LONGEST


def test_an_agent_that_ends_leaves_a_checkpoint_that_the_next_holder_is_shown(workspace: Workspace) -> None:
    ada = claimed(workspace)
    work(workspace, ada, "src/a.py")
    workspace.leaves("ada")
    claim = workspace.claimed(workspace.agent("bob"), "A")
    assert [note.text for note in claim.notes] == ["(kept by Interlock: done here) Edited: src/a.py."]


def test_so_does_one_that_was_killed_and_one_that_fell_silent(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"), task("B", "docs/**"))
    ada, bob = workspace.agent("ada", pid=11), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    work(workspace, ada, "src/a.py")
    work(workspace, bob, "docs/b.md")
    workspace.kill(11)
    taker = workspace.agent("eve")
    assert "Edited: src/a.py." in workspace.claimed(taker, "A").notes[0].text
    workspace.clock.advance(LEASE + 1)
    [note] = workspace.claimed(workspace.agent("zoe"), "B").notes
    assert note.text == "(kept by Interlock: it was inactive) Edited: docs/b.md."


def test_so_does_a_subagent_that_ends_with_its_session(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/**"))
    workspace.agent("ada")
    sub = workspace.subagent("ada", "one")
    workspace.claimed(sub, "A")
    work(workspace, sub, "src/a.py")
    workspace.leaves("ada")
    assert [author for author, _ in notes(workspace)] == ["ada/worker-1"]
