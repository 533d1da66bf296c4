"""What an agent leaves behind is kept with its task: only what was observed, and once."""

from __future__ import annotations

from mcp_server.core import checkpoints
from mcp_server.core.checkpoints import SHOWN_FILES
from tests.worlds import LEASE, World, task


def notes(world: World, task_id: str = "A") -> list[tuple[str, str]]:
    seq = world.task(task_id).seq
    with world.store.reading() as books:
        return [(note.author, note.text) for note in books.tasks.notes(seq, 100)]


def work(world: World, agent_id: int, *paths: str, failed: bool | None = None) -> None:
    with world.store.writing() as books:
        for path in paths:
            books.journal.edited(path, agent_id)
        if failed is not None:
            books.watch.ran(agent_id, "pytest -q", failed=failed)


def keep(world: World, agent_id: int, why: str = "for a test", *commits: str) -> None:
    with world.store.writing() as books:
        checkpoints.keep_all(books, books.agents.get(agent_id), why, lambda _lease: commits)


def claimed(world: World) -> int:
    world.plan(task("A", "src/**"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    return ada


def test_edits_in_the_scope_commits_and_the_last_test_run_are_kept(world: World) -> None:
    ada = claimed(world)
    work(world, ada, "src/a.py", "docs/x.md", failed=True)
    keep(world, ada, "for a test", "ab12 Fix it")
    assert notes(world) == [
        (
            "ada",
            "(kept by Interlock: for a test) Edited: src/a.py. Committed: ab12 Fix it. "
            "Its last test run failed: `pytest -q`.",
        )
    ]


def test_the_last_command_that_failed_is_kept_until_it_goes_well(world: World) -> None:
    ada = claimed(world)
    with world.store.writing() as books:
        books.watch.ended(ada, "npm run build", failed=True)
    keep(world, ada)
    assert notes(world)[-1][1].endswith(") Its last command that failed: `npm run build`.")
    work(world, ada, "src/a.py")
    with world.store.writing() as books:
        books.watch.ended(ada, "npm run build", failed=False)
    keep(world, ada)
    assert notes(world)[-1][1].endswith(") Edited: src/a.py.")


def test_a_test_run_that_failed_is_told_of_once(world: World) -> None:
    ada = claimed(world)
    work(world, ada, failed=True)
    with world.store.writing() as books:
        books.watch.ended(ada, "pytest -q", failed=True)
    keep(world, ada)
    assert notes(world)[-1][1].endswith(") Its last test run failed: `pytest -q`.")


def test_commits_of_a_killed_agent_are_found_by_whoever_goes_on_and_told_once(world: World) -> None:
    world.plan(task("A", "src/**"))
    ada = world.agent("ada", pid=7, worktree="/trees/ada")
    world.checkout.made = [
        (world.clock.now - 1, "/trees/ada", "aa00 Before"),
        (world.clock.now, "/trees/x", "bb11 Other"),
    ]
    world.claimed(ada, "A")
    world.clock.advance(1)
    world.checkout.made.append((world.clock.now, "/trees/ada", "cc22 Fix it"))
    world.kill(7)

    claim = world.claimed(world.agent("ben", pid=8), "A")
    assert [note.text for note in claim.notes] == ["(kept by Interlock: found after it ended) Committed: cc22 Fix it."]
    world.kill(8)
    assert world.claimed(world.agent("cy"), "A").notes == claim.notes


def test_the_same_is_not_kept_twice_and_more_is(world: World) -> None:
    ada = claimed(world)
    work(world, ada, "src/a.py")
    for why in ("one", "two"):
        keep(world, ada, why)
    assert len(notes(world)) == 1
    world.clock.advance(1)
    work(world, ada, "src/b.py")
    keep(world, ada)
    assert notes(world)[-1][1].endswith("Edited: src/b.py, src/a.py.")


def test_who_has_done_nothing_leaves_nothing(world: World) -> None:
    ada = claimed(world)
    keep(world, ada)
    assert notes(world) == []


def test_what_was_done_before_the_claim_does_not_count(world: World) -> None:
    world.plan(task("A", "src/**"))
    ada = world.agent("ada")
    work(world, ada, "src/a.py", failed=True)
    world.clock.advance(1)
    world.claimed(ada, "A")
    keep(world, ada)
    assert notes(world) == []


def test_it_stays_short_however_much_was_done(world: World) -> None:
    ada = claimed(world)
    work(world, ada, *(f"src/{number:03}.py" for number in range(SHOWN_FILES + 8)))
    keep(world, ada)
    assert "and 8 more." in notes(world)[0][1]
    work(world, ada, *(f"src/{'x' * 300}{number}.py" for number in range(20)))
    keep(world, ada)
    assert len(notes(world)[1][1]) <= checkpoints.LONGEST


def test_an_agent_that_ends_leaves_a_checkpoint_that_the_next_holder_is_shown(world: World) -> None:
    ada = claimed(world)
    work(world, ada, "src/a.py")
    world.leaves("ada")
    claim = world.claimed(world.agent("bob"), "A")
    assert [note.text for note in claim.notes] == ["(kept by Interlock: done here) Edited: src/a.py."]


def test_so_does_one_that_was_killed_and_one_that_fell_silent(world: World) -> None:
    world.plan(task("A", "src/**"), task("B", "docs/**"))
    ada, bob = world.agent("ada", pid=11), world.agent("bob")
    world.claimed(ada, "A")
    world.claimed(bob, "B")
    work(world, ada, "src/a.py")
    work(world, bob, "docs/b.md")
    world.kill(11)
    taker = world.agent("eve")
    assert "Edited: src/a.py." in world.claimed(taker, "A").notes[0].text
    world.clock.advance(LEASE + 1)
    [note] = world.claimed(world.agent("zoe"), "B").notes
    assert note.text == "(kept by Interlock: it fell silent) Edited: docs/b.md."


def test_so_does_a_subagent_that_ends_with_its_session(world: World) -> None:
    world.plan(task("A", "src/**"))
    world.agent("ada")
    sub = world.subagent("ada", "one")
    world.claimed(sub, "A")
    work(world, sub, "src/a.py")
    world.leaves("ada")
    assert [author for author, _ in notes(world)] == ["ada/worker-1"]
