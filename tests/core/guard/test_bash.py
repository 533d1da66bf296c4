"""May this command run: the guard's decision on all that it would write."""

from __future__ import annotations

from mcp_server.bash.reading import Sweep
from mcp_server.core.guard import bash
from mcp_server.core.guard.bash import Target
from mcp_server.core.guard.paths import WorktreeContext
from mcp_server.core.leases import lock
from mcp_server.domain.decision import LONGEST_REASON, Decision, Policy
from mcp_server.domain.scopes.scope import parse
from tests.workspace import LEASE, Workspace, task

IGNORED = {"build/x.o", ".env"}


def ignored(paths: list[str]) -> set[str]:
    return IGNORED.intersection(paths)


def judged(workspace: Workspace, agent_id: int, *targets: Target) -> Decision | None:
    with workspace.store.reading() as books:
        agent = books.agents.get(agent_id)
        rights = books.guard.rights_of(agent.id, agent.parent)
        return bash.judge_targets(books.guard, rights, targets, ignored)


def rule(workspace: Workspace, agent_id: int, path: str, how: str = "file") -> str | None:
    decision = judged(workspace, agent_id, Target(path, how))
    return decision.rule if decision else None


def swept(workspace: Workspace, agent_id: int, root: str = "/repository") -> Decision | None:
    with workspace.store.reading() as books:
        agent = books.agents.get(agent_id)
        rights = books.guard.rights_of(agent.id, agent.parent)
        return bash.judge_sweep(books.guard, rights, Sweep("git add -A", "stage", root, "git add -- {paths}"))


def test_each_path_is_decided_as_an_edit_of_it_would_be(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**"), task("B", "src/b/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    paths = ("src/a/x", "src/b/x", "docs/x", ".git/config", "build/x.o")
    assert [rule(workspace, ada, path) for path in paths] == [None, "held", "outside", "private", None]
    eve = workspace.agent("eve")
    assert [rule(workspace, eve, path) for path in paths] == ["held", "held", None, "private", None]


def test_the_first_refusal_is_told_with_what_the_command_would_write(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    refusal = judged(workspace, ada, Target("src/a/x", "file"), Target("docs/x", "file"), Target("docs/y", "file"))
    assert refusal is not None
    assert refusal.reason.startswith("This command was not run. docs/x lies outside your scope: A covers src/a/**.")
    long = judged(workspace, ada, Target("d" * 3_000, "file"))
    assert long is not None
    assert len(long.reason) <= LONGEST_REASON


def test_what_git_ignores_is_left_alone_unless_somebody_holds_it(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    assert rule(workspace, ada, ".env") is None
    workspace.policy = Policy("enforce", "deny", parse([]))
    assert [rule(workspace, bob, path) for path in (".env", "docs/x")] == [None, "unclaimed"]
    workspace.policy = Policy("enforce", "allow", parse([]))
    lock.lock_resource(workspace.place, bob, "path:.env")
    assert rule(workspace, ada, ".env") == "held"


def test_a_directory_with_all_below_it_meets_what_is_held_deep_inside(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**"), task("B", "src/b/deep/*.py"))
    ada, bob, eve = workspace.agent("ada"), workspace.agent("bob"), workspace.agent("eve")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    trees = ("src", "src/b", "src/b/deep", "src/a", "src/a/sub", "docs", "")
    found = {tree: rule(workspace, ada, tree, "tree") for tree in trees}
    assert found == {
        "src": "held",
        "src/b": "held",
        "src/b/deep": "held",
        "src/a": None,
        "src/a/sub": None,
        "docs": "outside",
        "": "held",
    }
    found = {tree: rule(workspace, eve, tree, "tree") for tree in trees}
    assert found == {
        "src": "held",
        "src/b": "held",
        "src/b/deep": "held",
        "src/a": "held",
        "src/a/sub": "held",
        "docs": None,
        "": "held",
    }
    workspace.policy = Policy("enforce", "allow", parse(["src/b/**"]))
    assert rule(workspace, eve, "src/b", "tree") is None


def test_a_prefix_stands_for_all_names_that_start_so(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    assert [rule(workspace, ada, path, "prefix") for path in ("src/a/part-", "src/part-")] == [None, "outside"]


def test_the_directories_on_the_way_to_a_scope_may_be_made_by_its_holder(workspace: Workspace) -> None:
    workspace.plan(task("A", "new/deep/**"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    made = [judged(workspace, ada, Target(path, "file", is_new=True)) for path in ("new", "new/deep")]
    assert made == [None, None]
    other = judged(workspace, ada, Target("newer", "file", is_new=True))
    assert other is not None
    assert rule(workspace, ada, "new") == "outside", "a file there is another thing"


def test_sweeping_is_refused_while_others_hold_claims_in_the_same_worktree(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**", "!src/a/x y", "*.md"), task("B", "src/b/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    assert swept(workspace, ada) is None, "nobody else is at work"
    assert swept(workspace, bob) is not None
    workspace.claimed(bob, "B")
    refusal = swept(workspace, ada)
    assert refusal is not None
    assert refusal.rule == "sweep"
    assert refusal.reason == (
        "This command was not run. git add -A affects the whole worktree, in which bob (task B) is working too. "
        "Name your own paths: git add -- :/src/a ':(exclude,glob,top)src/a/x y' ':(glob,top)*.md'"
    )
    assert swept(workspace, ada, "/elsewhere") is None
    workspace.clock.advance(LEASE + 1)
    assert swept(workspace, workspace.agent("ada")) is None, "bob's claim has lapsed"


def test_an_agent_without_a_claim_is_told_to_name_paths(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**"))
    workspace.claimed(workspace.agent("ada"), "A")
    refusal = swept(workspace, workspace.agent("bob"))
    assert refusal is not None
    assert refusal.reason.endswith("git add -- PATHS")


def test_whoever_lost_its_claim_runs_nothing_that_may_write_until_it_was_told(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    workspace.clock.advance(LEASE + 1)
    bob = workspace.agent("bob")
    workspace.claimed(bob, "A")
    with workspace.store.reading() as books:
        refusal = bash.judge_loss(books.guard, books.guard.rights_of(ada, None), "make  all")
        assert refusal is not None
        assert refusal.reason.startswith("This command was not run. Your claim on A was taken over by bob at ")
        assert (refusal.path, refusal.rule) == ("make all", "taken_over")
        assert bash.judge_loss(books.guard, books.guard.rights_of(bob, None), "make all") is None


def test_the_folder_with_which_ones_scope_begins_may_be_removed_with_what_is_in_it(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**"), task("B", "src/b/**"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")
    found = [
        judged(workspace, ada, Target(path, "file", is_folder=is_folder))
        for path, is_folder in (("src/a", True), ("src/a", False), ("src", True), ("src/b", True))
    ]
    assert [decision.rule if decision else None for decision in found] == [None, "outside", "outside", "outside"]


def test_committed_work_comes_to_a_linked_worktree_where_nobody_else_works(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**"), task("B", "src/b/**"))
    ada, bob = workspace.agent("ada", worktree="/linked"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(bob, "B")

    def rule_of(root: str, *, brought: bool) -> str | None:
        target, context = Target("src/b/x", "file", brought=brought), WorktreeContext(root, "/repository", lambda: root)
        with workspace.store.reading() as books:
            rights = books.guard.rights_of(ada, None)
            decision = bash.judge_targets(books.guard, rights, [target], ignored, context)
        return decision.rule if decision else None

    assert rule_of("/linked", brought=True) is None
    assert rule_of("/linked", brought=False) == "held"
    assert rule_of("/repository", brought=True) == "held"
    workspace.agent("bob", worktree="/linked")
    assert rule_of("/linked", brought=True) == "held"


def test_a_refusal_names_the_form_for_ones_own_paths_first(workspace: Workspace) -> None:
    workspace.plan(task("A", "src/a/**", "docs/*.md"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    target = Target("lib/x", "file", instead="For your own paths: prettier --write {paths}")
    decision = judged(workspace, ada, target)
    assert decision is not None
    assert "run. For your own paths: prettier --write src/a 'docs/*.md'. lib/x lies outside" in decision.reason
