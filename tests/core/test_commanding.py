"""May this command run: the guard's decision on all that it would write."""

from __future__ import annotations

from mcp_server.core import commanding, locking
from mcp_server.core.commanding import Sweeping, Target
from mcp_server.domain.decision import LONGEST_REASON, Decision, Policy
from mcp_server.domain.scope import parse
from tests.worlds import LEASE, World, task

IGNORED = {"build/x.o", ".env"}


def ignored(paths: list[str]) -> set[str]:
    return IGNORED.intersection(paths)


def judged(world: World, agent_id: int, *targets: Target) -> Decision | None:
    with world.store.reading() as books:
        agent = books.agents.get(agent_id)
        standing = books.guard.standing_of(agent.id, agent.parent)
        return commanding.judge_targets(books.guard, standing, targets, ignored)


def rule(world: World, agent_id: int, path: str, how: str = "file") -> str | None:
    decision = judged(world, agent_id, Target(path, how))
    return decision.rule if decision else None


def swept(world: World, agent_id: int, root: str = "/repository") -> Decision | None:
    with world.store.reading() as books:
        agent = books.agents.get(agent_id)
        standing = books.guard.standing_of(agent.id, agent.parent)
        return commanding.judge_sweep(books.guard, standing, root, Sweeping("git add -A", "git add -- {paths}"))


def test_each_path_is_decided_as_an_edit_of_it_would_be(world: World) -> None:
    world.plan(task("A", "src/a/**"), task("B", "src/b/**"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    world.claimed(bob, "B")
    paths = ("src/a/x", "src/b/x", "docs/x", ".git/config", "build/x.o")
    assert [rule(world, ada, path) for path in paths] == [None, "held", "outside", "private", None]
    eve = world.agent("eve")
    assert [rule(world, eve, path) for path in paths] == ["held", "held", None, "private", None]


def test_the_first_refusal_is_told_with_what_the_command_would_write(world: World) -> None:
    world.plan(task("A", "src/a/**"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    refusal = judged(world, ada, Target("src/a/x", "file"), Target("docs/x", "file"), Target("docs/y", "file"))
    assert refusal is not None
    assert refusal.reason.startswith("This command was not run. docs/x lies outside your scope: A covers src/a/**.")
    long = judged(world, ada, Target("d" * 3_000, "file"))
    assert long is not None
    assert len(long.reason) <= LONGEST_REASON


def test_what_git_ignores_is_left_alone_unless_somebody_holds_it(world: World) -> None:
    world.plan(task("A", "src/a/**"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    assert rule(world, ada, ".env") is None
    world.policy = Policy("enforce", "deny", parse([]))
    assert [rule(world, bob, path) for path in (".env", "docs/x")] == [None, "unclaimed"]
    world.policy = Policy("enforce", "allow", parse([]))
    locking.lock_resource(world.place, bob, "path:.env")
    assert rule(world, ada, ".env") == "held"


def test_a_directory_with_all_below_it_meets_what_is_held_deep_inside(world: World) -> None:
    world.plan(task("A", "src/a/**"), task("B", "src/b/deep/*.py"))
    ada, bob, eve = world.agent("ada"), world.agent("bob"), world.agent("eve")
    world.claimed(ada, "A")
    world.claimed(bob, "B")
    trees = ("src", "src/b", "src/b/deep", "src/a", "src/a/sub", "docs", "")
    found = {tree: rule(world, ada, tree, "tree") for tree in trees}
    assert found == {
        "src": "held", "src/b": "held", "src/b/deep": "held", "src/a": None, "src/a/sub": None, "docs": "outside",
        "": "held",
    }  # fmt: skip
    found = {tree: rule(world, eve, tree, "tree") for tree in trees}
    assert found == {
        "src": "held", "src/b": "held", "src/b/deep": "held", "src/a": "held", "src/a/sub": "held", "docs": None,
        "": "held",
    }  # fmt: skip
    world.policy = Policy("enforce", "allow", parse(["src/b/**"]))
    assert rule(world, eve, "src/b", "tree") is None


def test_a_prefix_stands_for_all_names_that_start_so(world: World) -> None:
    world.plan(task("A", "src/a/**"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    assert [rule(world, ada, path, "prefix") for path in ("src/a/part-", "src/part-")] == [None, "outside"]


def test_the_directories_on_the_way_to_a_scope_may_be_made_by_its_holder(world: World) -> None:
    world.plan(task("A", "new/deep/**"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    made = [judged(world, ada, Target(path, "file", is_new=True)) for path in ("new", "new/deep")]
    assert made == [None, None]
    other = judged(world, ada, Target("newer", "file", is_new=True))
    assert other is not None
    assert rule(world, ada, "new") == "outside", "a file there is another thing"


def test_sweeping_is_refused_while_others_hold_claims_in_the_same_worktree(world: World) -> None:
    world.plan(task("A", "src/a/**", "!src/a/x y", "*.md"), task("B", "src/b/**"))
    ada, bob = world.agent("ada"), world.agent("bob")
    world.claimed(ada, "A")
    assert swept(world, ada) is None, "nobody else is at work"
    assert swept(world, bob) is not None
    world.claimed(bob, "B")
    refusal = swept(world, ada)
    assert refusal is not None
    assert refusal.rule == "sweep"
    assert refusal.reason == (
        "This command was not run. git add -A takes in the whole worktree, in which bob (task B) is at work too. "
        "Name your own paths: git add -- :/src/a ':(exclude,glob,top)src/a/x y' ':(glob,top)*.md'"
    )
    assert swept(world, ada, "/elsewhere") is None
    world.clock.advance(LEASE + 1)
    assert swept(world, world.agent("ada")) is None, "bob's claim has lapsed"


def test_an_agent_without_a_claim_is_told_to_name_paths(world: World) -> None:
    world.plan(task("A", "src/a/**"))
    world.claimed(world.agent("ada"), "A")
    refusal = swept(world, world.agent("bob"))
    assert refusal is not None
    assert refusal.reason.endswith("git add -- PATHS")


def test_whoever_lost_its_claim_runs_nothing_that_may_write_until_it_was_told(world: World) -> None:
    world.plan(task("A", "src/a/**"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    world.clock.advance(LEASE + 1)
    bob = world.agent("bob")
    world.claimed(bob, "A")
    with world.store.reading() as books:
        refusal = commanding.judge_loss(books.guard, books.guard.standing_of(ada, None), "make  all")
        assert refusal is not None
        assert refusal.reason.startswith("This command was not run. Your claim on A was taken over by bob at ")
        assert (refusal.path, refusal.rule) == ("make all", "taken_over")
        assert commanding.judge_loss(books.guard, books.guard.standing_of(bob, None), "make all") is None
