"""Whose the files of a failed build are."""

from __future__ import annotations

from mcp_server.core import foreign, locking
from mcp_server.core.foreign import RECENT_SECONDS, Judgement
from tests.worlds import LEASE, World, task

ERROR = ["src/api.py:3: error: no"]


def judged(world: World, agent_id: int, *paths: str) -> Judgement:
    with world.store.reading() as books:
        agent = books.agents.get(agent_id)
        standing = books.guard.standing_of(agent.id, agent.parent)
        return foreign.judge(books, standing, dict.fromkeys(paths, ERROR))


def whose(world: World, agent_id: int, path: str) -> str:
    return judged(world, agent_id, path).suspects[0].whose


def edited(world: World, agent_id: int, path: str) -> None:
    with world.store.writing() as books:
        books.journal.edited(path, agent_id)


def test_a_file_in_the_claim_of_another_is_foreign_with_holder_task_and_last_edit(world: World) -> None:
    world.plan(task("A", "src/**"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    edited(world, ada, "src/api.py")
    at = world.clock.now
    world.clock.advance(40)
    edited(world, bob, "src/api.py")  # an edit in somebody else's scope does not make the file one's own
    [suspect] = judged(world, bob, "src/api.py").suspects
    assert (suspect.whose, suspect.holder, suspect.holder_id, suspect.task) == ("foreign", "ada", ada, "A")
    assert (suspect.last_edit, suspect.stopped, suspect.lines) == (at, None, ERROR)
    assert whose(world, ada, "src/api.py") == "own"


def test_a_file_under_a_path_lock_of_another_is_foreign(world: World) -> None:
    ada, bob = world.agent("ada"), world.agent("bob")
    locking.lock_resource(world.place, ada, "path:package.json")
    [suspect] = judged(world, bob, "package.json").suspects
    assert (suspect.whose, suspect.holder, suspect.task, suspect.last_edit) == ("foreign", "ada", None, None)


def test_a_file_in_ones_own_scope_is_ones_own_whoever_edited_it(world: World) -> None:
    world.plan(task("A", "src/**"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    edited(world, bob, "src/api.py")
    assert whose(world, ada, "src/api.py") == "own"


def test_without_a_claim_the_last_edit_tells_for_some_minutes(world: World) -> None:
    ada, bob, eve = world.agent("ada"), world.agent("bob"), world.agent("eve")
    edited(world, ada, "a.py")
    assert [whose(world, agent, "a.py") for agent in (ada, bob)] == ["own", "foreign"]
    world.clock.advance(10)
    edited(world, bob, "a.py")
    assert [whose(world, agent, "a.py") for agent in (ada, bob, eve)] == ["foreign", "own", "foreign"]
    world.clock.advance(RECENT_SECONDS)
    assert [whose(world, agent, "a.py") for agent in (ada, bob, eve)] == ["own", "own", "unknown"]


def test_what_nobody_holds_or_edited_is_unknown(world: World) -> None:
    assert whose(world, world.agent("ada"), "a.py") == "unknown"


def test_a_subagent_shares_what_is_its_parents_own(world: World) -> None:
    world.plan(task("A", "src/**"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    edited(world, ada, "other.py")
    sub = world.subagent("ada", "one")
    assert [whose(world, sub, path) for path in ("src/api.py", "other.py")] == ["own", "own"]


def test_a_holder_that_ended_or_fell_silent_is_named_as_such(world: World) -> None:
    world.plan(task("A", "src/a/**"), task("B", "src/b/**"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    world.claimed(bob, "B")
    edited(world, ada, "src/a/x.py")
    world.leaves("ada")
    [suspect] = judged(world, bob, "src/a/x.py").suspects
    assert (suspect.whose, suspect.task, suspect.stopped) == ("foreign", "A", "has ended")
    assert suspect.last_edit is not None
    world.clock.advance(LEASE + 1)
    [suspect] = judged(world, world.agent("eve"), "src/b/x.py").suspects
    assert (suspect.holder, suspect.stopped) == ("bob", "has not been seen for longer than its lease lasts")


def test_an_exclusion_of_a_lapsed_scope_is_not_its_holders(world: World) -> None:
    world.plan(task("A", "src/**", "!src/b/**"))
    world.claimed(world.agent("ada"), "A")
    world.leaves("ada")
    assert whose(world, world.agent("bob"), "src/b/x.py") == "unknown"


def test_the_verdict_is_on_all_files_together(world: World) -> None:
    world.plan(task("A", "a/**"), task("B", "b/**"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    world.claimed(bob, "B")
    verdicts = {
        ("b/x",): "foreign",
        ("b/x", "b/y"): "foreign",
        ("b/x", "a/x"): "mixed",
        ("b/x", "c/x"): "mixed",
        ("a/x", "c/x"): "own",
        ("c/x",): "unknown",
        (): "unknown",
    }
    assert {paths: judged(world, ada, *paths).verdict for paths in verdicts} == verdicts
    mixed = judged(world, ada, "b/x", "a/x", "c/x")
    assert ([suspect.path for suspect in mixed.foreign], mixed.own) == (["b/x"], ["a/x"])
