"""In which worktree an agent may write: its own or that of its task, and never where another agent is working."""

from __future__ import annotations

import pytest

from mcp_server.bash.reading import Sweep
from mcp_server.core.agents.register import Caller
from mcp_server.core.guard import bash, paths
from mcp_server.core.guard.bash import Target
from mcp_server.core.guard.paths import WorktreeContext
from mcp_server.core.tasks.claim import HERE
from mcp_server.domain.decision import Decision
from tests.workspace import Workspace, task

MAIN, A, B, FREE = "/repository", "/trees/a", "/trees/b", "/trees/free"


@pytest.fixture
def at_work(workspace: Workspace) -> Workspace:
    """Task A is worked on in its worktree by ada, and B in its own by bob."""
    workspace.plan(task("A", "src/a/**"), task("B", "src/b/**"), task("C", "src/c/**"))
    with workspace.store.writing() as books:
        for name, path in (("A", A), ("B", B)):
            books.worktrees.add(name, path, branch=name, base="main", start="c0ffee", task=name)
    workspace.claimed(workspace.agent("ada", worktree=A), "A")
    workspace.claimed(workspace.agent("bob", worktree=B), "B")
    return workspace


def judged(workspace: Workspace, agent_id: int, path: str, root: str, here: str) -> Decision:
    with workspace.store.reading() as books:
        agent = books.agents.get(agent_id)
        rights = books.guard.rights_of(agent.id, agent.parent)
        [decision] = paths.judge(books.guard, rights, [path], WorktreeContext(root, MAIN, lambda: here))
    return decision


def rule(workspace: Workspace, agent_id: int, root: str, *, here: str, path: str = "src/a/x") -> str:
    return judged(workspace, agent_id, path, root, here).rule


def test_an_agent_in_the_worktree_of_a_task_writes_in_no_other(at_work: Workspace) -> None:
    ada = at_work.agent("ada", worktree=A)
    assert rule(at_work, ada, A, here=A) == "own"
    assert [rule(at_work, ada, root, here=A) for root in (MAIN, B, FREE)] == ["other_worktree"] * 3


def test_also_when_its_shell_or_its_session_has_moved(at_work: Workspace) -> None:
    ada = at_work.agent("ada", worktree=A)
    assert [rule(at_work, ada, root, here=root) for root in (MAIN, B)] == ["other_worktree"] * 2
    at_work.agent("ada", worktree=MAIN)
    assert rule(at_work, ada, MAIN, here=MAIN) == "other_worktree"
    assert rule(at_work, ada, A, here=MAIN) == "own"


def test_the_refusal_names_both_worktrees_and_who_is_working_there(at_work: Workspace) -> None:
    refused = judged(at_work, at_work.agent("ada", worktree=A), "src/a/x", B, A)
    assert (refused.holder, refused.task) == ("bob", "B")
    for words in ("src/a/x", A, B, "bob", "task B"):
        assert words in refused.reason


def test_what_another_holds_is_refused_as_held_wherever_it_lies(at_work: Workspace) -> None:
    ada = at_work.agent("ada", worktree=A)
    assert [rule(at_work, ada, root, here=A, path="src/b/x") for root in (A, B, MAIN)] == ["held"] * 3


def test_a_task_with_a_worktree_is_worked_on_there_also_from_the_main_checkout(at_work: Workspace) -> None:
    at_work.leaves("ada")
    eve = at_work.agent("eve", worktree=MAIN)
    at_work.claimed(eve, "A")
    assert rule(at_work, eve, A, here=MAIN) == "own"
    refused = judged(at_work, eve, "src/a/x", MAIN, MAIN)
    assert (refused.rule, f"Your own worktree is {A}" in refused.reason) == ("other_worktree", True)


def test_a_merged_worktree_restricts_nobody(at_work: Workspace) -> None:
    at_work.leaves("ada")
    with at_work.store.writing() as books:
        books.worktrees.record_merge("A", "d00d")
    eve = at_work.agent("eve", worktree=MAIN)
    at_work.claimed(eve, "A")
    assert rule(at_work, eve, MAIN, here=MAIN) == "own"


def test_from_the_main_checkout_a_worktree_can_be_written_where_nobody_works(at_work: Workspace) -> None:
    eve = at_work.agent("eve", worktree=MAIN)
    assert rule(at_work, eve, MAIN, here=MAIN, path="docs/x") == "free"
    assert rule(at_work, eve, FREE, here=MAIN, path="docs/x") == "free"
    assert [rule(at_work, eve, root, here=here, path="docs/x") for root in (A, B) for here in (MAIN, root)] == [
        "other_worktree"
    ] * 4
    at_work.agent("guest", worktree=FREE)
    assert rule(at_work, eve, FREE, here=MAIN, path="docs/x") == "other_worktree"


def test_a_worktree_that_nobody_of_interlock_made_keeps_its_session_until_that_moves(at_work: Workspace) -> None:
    eve = at_work.agent("eve", worktree=FREE)
    at_work.claimed(eve, "C")
    assert rule(at_work, eve, FREE, here=FREE, path="src/c/x") == "own"
    assert rule(at_work, eve, MAIN, here=FREE, path="src/c/x") == "other_worktree"
    assert rule(at_work, eve, MAIN, here=MAIN, path="src/c/x") == "own"
    assert rule(at_work, eve, B, here=B, path="src/c/x") == "other_worktree"


def test_a_subagent_in_a_worktree_of_its_own_works_there_under_its_parents_scope(at_work: Workspace) -> None:
    at_work.agent("ada", worktree=A)
    sub = at_work.recognise(guest_of("ada", FREE))
    assert rule(at_work, sub, FREE, here=FREE) == "own"
    assert rule(at_work, sub, MAIN, here=FREE) == "other_worktree"
    assert rule(at_work, sub, B, here=B) == "other_worktree"


@pytest.mark.parametrize(
    ("root", "here", "expected"),
    [(MAIN, "", "free"), (FREE, "", "free"), (MAIN, FREE, "other_worktree"), (A, B, "other_worktree"), (B, B, "free")],
)
def test_a_stranger_is_at_home_where_it_stands(at_work: Workspace, root: str, here: str, expected: str) -> None:
    with at_work.store.reading() as books:
        rights = books.guard.rights("who", None)
        [decision] = paths.judge(books.guard, rights, ["docs/x"], WorktreeContext(root, MAIN, lambda: here))
    assert decision.rule == expected


def test_a_command_is_judged_by_the_same_rule(at_work: Workspace) -> None:
    def refused(agent_id: int, root: str, *targets: Target) -> str | None:
        with at_work.store.reading() as books:
            rights = books.guard.rights_of(agent_id, None)
            context = WorktreeContext(root, MAIN, lambda: A)
            decision = bash.judge_targets(books.guard, rights, targets, set, context)
        return decision.rule if decision else None

    ada = at_work.agent("ada", worktree=A)
    assert refused(ada, A, Target("src/a/x", "file"), Target("src", "file", is_new=True)) is None
    for target in (Target("src/a/x", "file"), Target("src/a", "tree"), Target("src", "file", is_new=True)):
        assert refused(ada, MAIN, target) == "other_worktree"


def test_so_is_one_over_a_whole_worktree(at_work: Workspace) -> None:
    def refused(agent_id: int, root: str) -> str | None:
        with at_work.store.reading() as books:
            rights = books.guard.rights_of(agent_id, None)
            sweep = Sweep("git add -A", "stage", root, "git add -- {paths}")
            decision = bash.judge_sweep(books.guard, rights, sweep, WorktreeContext(root, MAIN, lambda: A))
        return decision.rule if decision else None

    ada = at_work.agent("ada", worktree=A)
    assert [refused(ada, root) for root in (A, MAIN, B)] == [None, "other_worktree", "sweep"]


def guest_of(parent: str, worktree: str) -> Caller:
    return Caller(session=parent, subagent="w1", subagent_type="worker", worktree=worktree)


def test_in_the_worktree_of_one_task_no_other_is_worked_on(at_work: Workspace) -> None:
    eve = at_work.agent("eve", worktree=A)
    assert rule(at_work, eve, A, here=A, path="docs/x") == "free", "without a claim it may still be A's own agent"
    claimed = at_work.claimed(eve, "C")
    assert claimed.where.other == "A"
    refused = judged(at_work, eve, "src/c/x", A, A)
    assert (refused.rule, refused.task) == ("other_worktree", "A")
    for words in (A, "the worktree of task A", "interlock worktree add C"):
        assert words in refused.reason
    with at_work.store.writing() as books:
        books.worktrees.add("C", "/trees/c", branch="C", base="main", start="c0ffee", task="C")
    assert "Your own worktree is /trees/c" in judged(at_work, eve, "src/c/x", A, A).reason
    assert at_work.claimed(eve, "C").where.worktree == "/trees/c"


def test_nor_by_git_beside_its_holder_or_alone(at_work: Workspace) -> None:
    eve = at_work.agent("eve", worktree=A)
    at_work.claimed(eve, "C")

    def refused() -> str | None:
        with at_work.store.reading() as books:
            rights = books.guard.rights_of(eve, None)
            sweep = Sweep("git commit -qm x", "commit", A, "git commit -- {paths}", paths=lambda: ["src/c/x"])
            decision = bash.judge_sweep(books.guard, rights, sweep, WorktreeContext(A, MAIN, lambda: A))
        return decision.rule if decision else None

    assert refused() == "other_worktree"
    at_work.leaves("ada")
    assert refused() == "other_worktree"


def test_a_subagent_may_work_there_on_a_part_of_that_task_and_on_nothing_else(at_work: Workspace) -> None:
    at_work.plan(task("part", "src/a/deep/**"), task("else", "lib/**"))
    part, other = (at_work.recognise(guest_of("ada", A)._replace(subagent=name)) for name in ("p", "o"))
    assert at_work.claimed(part, "part").where == HERE
    assert at_work.claimed(other, "else").where.other == "A"
    assert rule(at_work, part, A, here=A, path="src/a/deep/x") == "own"
    assert rule(at_work, other, A, here=A, path="lib/x") == "other_worktree"


def test_the_worktree_of_a_merged_task_is_anybodys(at_work: Workspace) -> None:
    at_work.leaves("ada")
    with at_work.store.writing() as books:
        books.worktrees.record_merge("A", "d00d")
    eve = at_work.agent("eve", worktree=A)
    assert at_work.claimed(eve, "C").where == HERE
    assert rule(at_work, eve, A, here=A, path="src/c/x") == "own"
