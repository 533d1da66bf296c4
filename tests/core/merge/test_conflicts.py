"""Conflicts between branches: which work is checked, who is notified of what, and how often."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mcp_server.core.board import board
from mcp_server.core.merge.conflicts import OpenConflicts, find_conflicts
from mcp_server.core.tasks import update
from mcp_server.domain.branch import CheckedOut, FoundConflicts, Side
from mcp_server.domain.conflict import Conflict
from mcp_server.domain.settings import Settings
from mcp_server.domain.worktree import Worktree
from tests.workspace import Workspace, task

HERE = Conflict("src/a/x.py", "contents", ((10, 14),), ((12, 12),), "one")
ROOT = "/repository"


class FakeConflictSearch:
    """Branches as a test puts them."""

    def __init__(self, *trees: str) -> None:
        self.trees = [CheckedOut(ROOT, "main", "c-main")]
        self.trees += [CheckedOut(f"/trees/{name}", name, f"c-{name}") for name in trees]
        self.found: dict[tuple[str, str], tuple[Conflict, ...]] = {}
        self.trouble: dict[str, str] = {}
        self.uncommitted: frozenset[str] = frozenset()
        self.merged_to: set[tuple[str, str]] = set()
        self.sides: dict[str, Side] = {}
        self.pairs: list[tuple[str, str]] = []
        self.pushed: dict[str, str] = {}

    def checkouts(self) -> list[CheckedOut]:
        return self.trees

    def tips(self, branches: Sequence[str]) -> dict[str, str]:
        return {branch: f"c-{branch}" for branch in branches}

    def remote_tips(self, branches: Sequence[str]) -> dict[str, tuple[str, str]]:
        return {branch: (f"origin/{branch}", self.pushed[branch]) for branch in branches if branch in self.pushed}

    def arrived(self, worktree: Worktree) -> str | None:
        commit = next(tree.commit for tree in self.trees if tree.root == worktree.path)
        return commit if (commit, worktree.base) in self.merged_to else None

    def find_conflicts(self, sides: Sequence[Side], pairs: Sequence[tuple[str, str]]) -> FoundConflicts:
        self.sides, self.pairs = {side.name: side for side in sides}, list(pairs)
        found = {pair: self.found.get(pair, ()) for pair in pairs}
        return FoundConflicts(found, self.trouble, len(pairs), self.uncommitted)


class Two:
    """Ada in worktree `a` with src/a/**, bob in worktree `b` with src/b/**."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.git = FakeConflictSearch("a", "b")
        workspace.plan(task("A", "src/a/**"), task("B", "src/b/**"), task("C", "docs/**", depends_on=["A"]))
        self.ada, self.bob = (
            workspace.agent(name, worktree=f"/trees/{at}") for name, at in (("ada", "a"), ("bob", "b"))
        )
        workspace.claimed(self.ada, "A")
        workspace.claimed(self.bob, "B")

    def grow(self) -> None:
        """The checkouts have more files than are looked at one by one."""
        self.git.trees = [tree._replace(files=20_000) for tree in self.git.trees]

    def look(self, *conflicts: Conflict, pair: tuple[str, str] = ("a", "b")) -> OpenConflicts:
        self.git.found = {pair: conflicts}
        return find_conflicts(self.workspace.place, self.git)

    def heard(self, agent: int) -> list[str]:
        """The subjects of the agent's new messages."""
        messages = self.workspace.inbox(agent)
        with self.workspace.store.writing() as books:
            books.shared.read(agent, [message.id for message in messages])
        return [message.subject for message in messages]

    def worktree(self, name: str, *, task_id: str | None = None) -> None:
        with self.workspace.store.writing() as books:
            books.worktrees.add(name, f"/trees/{name}", branch=name, base="main", start="c0", task=task_id)
            books.worktrees.move(name, "ready")


@pytest.fixture
def two(workspace: Workspace) -> Two:
    return Two(workspace)


def test_both_are_notified_where_and_with_whom_each_in_its_own_lines(two: Two) -> None:
    open_conflicts = two.look(HERE)
    assert [known.conflict for known in open_conflicts.conflicts] == [HERE]
    assert two.workspace.inbox(two.ada)[0].subject == "urgent: conflict with bob on src/a/x.py, lines 10-14"
    [message] = two.workspace.inbox(two.bob)
    assert message.subject == "urgent: conflict with ada on src/a/x.py, line 12"
    assert "- src/a/x.py, line 12 (there, lines 10-14): both changed the same lines" in message.body
    assert "send_message(to='ada')" in message.body
    assert "git merge a" in message.body


def test_a_lasting_conflict_is_reported_once_even_if_it_grows(two: Two) -> None:
    two.look(HERE)
    two.heard(two.ada)
    two.look(HERE)
    two.look(HERE._replace(sign="two", ours=((1, 99),)))
    assert two.heard(two.ada) == []


def test_a_conflict_that_is_back_is_reported_again_only_if_it_differs(two: Two) -> None:
    two.look(HERE)
    assert two.look().conflicts == ()
    two.heard(two.bob)
    two.look(HERE)
    assert two.heard(two.bob) == []
    two.look()
    two.look(HERE._replace(sign="two"))
    assert len(two.heard(two.bob)) == 1


def test_several_at_once_are_one_message(two: Two) -> None:
    two.look(*(HERE._replace(path=f"src/a/{number}") for number in range(8)))
    [message] = two.workspace.inbox(two.ada)
    assert message.subject.endswith("src/a/0, lines 10-14 and 7 more")
    assert "- and 3 more: interlock conflicts" in message.body
    assert len(message.body) < 900


def test_a_conflict_with_the_base_is_reported_only_to_the_agent(two: Two) -> None:
    two.look(HERE, pair=("a", "main"))
    [message] = two.workspace.inbox(two.ada)
    assert message.subject == "urgent: conflict with main on src/a/x.py, lines 10-14"
    assert "git merge main" in message.body
    assert two.heard(two.bob) == []


def test_a_conflict_of_an_idle_branch_is_shown_and_reported_once_somebody_works_on_it(two: Two) -> None:
    two.worktree("b", task_id="B")
    update.update_task(two.workspace.place, two.bob, "B", status="released")
    two.workspace.leaves("bob")
    assert len(two.look(HERE).conflicts) == 1
    assert two.heard(two.ada) == []
    carl = two.workspace.agent("carl", worktree="/trees/b")
    two.workspace.claimed(carl, "B")
    two.look(HERE)
    assert two.heard(two.ada) == ["urgent: conflict with carl on src/a/x.py, lines 10-14"]
    assert len(two.heard(carl)) == 1


def test_a_conflict_with_an_idle_base_is_reported_too(two: Two) -> None:
    with two.workspace.store.writing() as books:
        books.worktrees.add("b", "/trees/b", branch="b", base="a", start="c0", task="B")
        books.worktrees.move("b", "ready")
        books.worktrees.add("a", "/trees/a", branch="a", base="main", start="c0", task="A")
        books.worktrees.move("a", "ready")
    update.update_task(two.workspace.place, two.ada, "A", status="released")
    two.look(HERE)
    assert two.heard(two.bob) == ["urgent: conflict with a on src/a/x.py, line 12"]
    assert two.heard(two.ada) == []


def test_of_several_agents_on_a_branch_those_whose_scope_covers_it_are_notified(two: Two) -> None:
    two.workspace.plan(task("D", "src/d"))
    dora = two.workspace.agent("dora", worktree="/trees/a")
    two.workspace.claimed(dora, "D")
    two.look(HERE)
    assert (len(two.heard(two.ada)), two.heard(dora)) == (1, [])
    two.look(HERE._replace(path="elsewhere"))
    assert (len(two.heard(two.ada)), len(two.heard(dora))) == (1, 1)


def test_work_without_a_claim_in_a_worktree_that_is_not_ours_is_left_alone(two: Two) -> None:
    two.workspace.agent("eve", worktree="/trees/e")
    two.git.trees.append(CheckedOut("/trees/e", "e", "c-e"))
    two.look()
    assert set(two.git.sides) == {"a", "b", "main"}
    assert two.git.pairs == [("a", "b"), ("a", "main"), ("b", "main")]


def test_an_agent_in_the_main_checkout_is_a_side_of_its_own_and_the_base_of_the_others(two: Two) -> None:
    two.workspace.claimed(two.workspace.agent("eve", worktree=ROOT), two.workspace.plan(task("E", "e")).created[0])
    two.look()
    assert two.git.sides["main"].root == ROOT
    assert two.git.pairs == [("a", "b"), ("a", "main"), ("b", "main")]


def test_all_of_a_checkout_is_looked_at_unless_there_are_too_many_files(two: Two) -> None:
    two.look()
    assert (two.git.sides["a"].root, two.git.sides["a"].pathspecs) == ("/trees/a", None)


def test_of_a_large_one_only_where_an_agent_may_have_written_is_looked_at(two: Two) -> None:
    two.grow()
    with two.workspace.store.writing() as books:
        books.journal.edited("other/path", two.ada)
    two.look()
    assert two.git.sides["a"].pathspecs == (":(top,glob)src/a/**", ":(top,glob)src/a/**/**", ":(top,literal)other/path")


def test_everywhere_is_looked_where_somebody_holds_nothing_or_nothing_is_enforced(two: Two) -> None:
    two.grow()
    two.workspace.agent("eve", worktree="/trees/a")
    two.look()
    assert two.git.sides["a"].pathspecs is None
    assert two.git.sides["b"].pathspecs is not None
    two.workspace.settings = Settings(mode="warn")
    two.look()
    assert two.git.sides["b"].pathspecs is None


def test_an_agent_that_only_reads_has_nothing_uncommitted(two: Two) -> None:
    two.grow()
    two.workspace.plan(task("R"))
    update.update_task(two.workspace.place, two.bob, "B", status="done")
    two.workspace.claimed(two.bob, "R")
    two.look()
    assert (two.git.sides["b"].root, two.git.sides["b"].commit) == (None, "c-b")


def test_a_worktree_without_agents_is_looked_at_everywhere(two: Two) -> None:
    two.worktree("c", task_id="C")
    two.worktree("named")
    two.git.trees += [CheckedOut("/trees/c", "c", "c-c"), CheckedOut("/trees/named", None, "c-n")]
    two.look()
    assert two.git.sides["c"] == Side("c", "c-c", "/trees/c")
    assert two.git.sides["/trees/named"] == Side("/trees/named", "c-n", "/trees/named")


def test_conflicts_end_with_their_branches(two: Two) -> None:
    two.look(HERE)
    update.update_task(two.workspace.place, two.bob, "B", status="done")
    assert two.look(HERE).conflicts == ()


def test_the_board_shows_what_was_found_without_looking(two: Two) -> None:
    two.look(HERE)
    assert [known.pair for known in board.read_board(two.workspace.place).conflicts] == [("a", "b")]


def test_nothing_is_asked_of_git_where_nobody_works(workspace: Workspace) -> None:
    git = FakeConflictSearch("a")
    assert find_conflicts(workspace.place, git) == OpenConflicts((), 0, 0, {})
    assert git.sides == {}


def test_a_worktree_that_was_merged_by_other_means_unblocks_dependants(two: Two) -> None:
    two.worktree("a", task_id="A")
    update.update_task(two.workspace.place, two.ada, "A", status="done")
    refused = two.workspace.refused(two.bob, "C")
    assert refused.waiting_for == ("A",)
    assert "A is done but not merged yet: interlock merge A" in refused.advice
    assert two.look().merged == ()
    two.git.merged_to.add(("c-a", "main"))
    two.git.uncommitted = frozenset({"a"})
    assert two.look().merged == ()
    two.git.uncommitted = frozenset()
    assert two.look().merged == ("a",)
    assert two.workspace.task("C").ready
    assert [(event.subject, event.detail) for event in two.workspace.events("merged")] == [("A", "c-a on main")]
    two.workspace.claimed(two.bob, "C")
    assert two.heard(two.bob) == ["A is merged into main as c-a: start from there"]
    assert two.look().merged == ()


def test_the_worktree_of_a_task_that_was_not_started_is_not_merged(two: Two) -> None:
    two.worktree("c", task_id="C")
    two.git.trees.append(CheckedOut("/trees/c", "c", "c0"))
    two.git.merged_to.add(("c0", "main"))
    assert two.look().merged == ()
    assert two.workspace.events("merged") == []


def test_a_worktree_in_use_or_without_commits_is_not_merged(two: Two) -> None:
    two.worktree("a", task_id="A")
    two.worktree("named")
    two.git.trees.append(CheckedOut("/trees/named", "named", "c0"))
    two.git.merged_to |= {("c-a", "main"), ("c0", "main")}
    assert two.look().merged == ()
