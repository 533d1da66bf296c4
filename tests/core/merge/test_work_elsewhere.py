"""A task's work is what its worktree is on now: another branch, or none. It may be merged by other means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mcp_server.adapters.git import runner
from mcp_server.adapters.git.checkout import GitCheckout
from mcp_server.adapters.git.merging.merge import GitMerge
from mcp_server.adapters.host.run_program import Ran
from mcp_server.core.board.board import read_board
from mcp_server.core.merge.merge import Merged, merge_branch
from mcp_server.core.merge.request import NotMerged, Options
from mcp_server.core.tasks import claim, update
from mcp_server.core.tasks.plan import Proposal, plan_tasks
from mcp_server.core.tasks.refusals import Refused
from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees.list import list_worktrees
from mcp_server.core.worktrees.remove import Kept, Removed, remove_worktree
from mcp_server.core.worktrees.repair import repair_worktrees
from mcp_server.domain.errors import Misuse
from tests.adapters.git_repositories import git
from tests.git_workspace import GitWorkspace, git_workspace_in
from tests.workspace import Workspace, task


class Flow:
    """T1 in its worktree, T2 that depends on it; ada works on T1 and ben asks for T2."""

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self.git_workspace: GitWorkspace = git_workspace_in(workspace, folder)
        self.root = self.git_workspace.root
        state = str(self.root / ".git" / "interlock")
        for name, value in (("user.name", "ada"), ("user.email", "ada@example.com")):
            git(self.root, "config", name, value)
        self.workspace = workspace
        workspace.plan(task("T1", "src"), task("T2", "lib", depends_on=["T1"]))
        self.checkout = GitCheckout(str(self.root), state)
        self.merge_tool = GitMerge(str(self.root), state)
        self.tree = Path(self.git_workspace.made("T1").path)
        self.branch = git(self.tree, "branch", "--show-current")
        self.ada = workspace.agent("ada", worktree=str(self.tree))
        self.ben = workspace.agent("ben")
        workspace.claimed(self.ada, "T1")

    @property
    def place(self) -> Workplace:
        return self.workspace.place._replace(checkout=self.checkout)

    def work(self, name: str = "a", text: str = "a\n") -> str:
        return self.git_workspace.commit(self.tree, f"src/{name}", text)

    def done(self) -> None:
        update.update_task(self.place, self.ada, "T1", status="done")

    def merge(self, name: str = "T1", **options: Any) -> Merged | NotMerged:
        return merge_branch(self.place, self.merge_tool, self.ben, name, Options(**options))

    def refused(self, name: str = "T1") -> str:
        before = git(self.root, "for-each-ref")
        outcome = self.merge(name)
        assert isinstance(outcome, NotMerged), outcome
        assert git(self.root, "for-each-ref") == before
        assert self.waits
        return outcome.advice

    @property
    def waits(self) -> bool:
        """Whether T2 waits for T1; asking grants nothing that would have to be returned."""
        outcome = claim.claim_task(self.place, self.ben, "T2")
        return isinstance(outcome, Refused)

    def removes(self) -> Removed | Kept:
        return remove_worktree(self.place, self.git_workspace.trees(), "T1")

    @property
    def listed(self) -> tuple[str | None, int | None]:
        [found] = [one for one in list_worktrees(self.place, self.git_workspace.trees()) if one.task == "T1"]
        return found.branch, found.ahead


@pytest.fixture
def flow(workspace: Workspace, tmp_path: Path) -> Flow:
    return Flow(workspace, tmp_path)


def another_branch(flow: Flow) -> str:
    git(flow.tree, "switch", "--quiet", "--create", "feature/login")
    flow.work()
    return "feature/login"


def a_branch_from_the_base(flow: Flow) -> str:
    flow.git_workspace.commit(flow.root, "elsewhere")
    git(flow.tree, "switch", "--quiet", "--create", "fresh", "main")
    flow.work()
    return "fresh"


def a_renamed_branch(flow: Flow) -> str:
    flow.work()
    git(flow.tree, "branch", "--move", "login")
    flow.work("b")
    return "login"


def a_detached_head(flow: Flow) -> str:
    git(flow.tree, "checkout", "--quiet", "--detach")
    return flow.work()[:12]


def a_branch_on_top_of_its_own(flow: Flow) -> str:
    flow.work()
    git(flow.tree, "switch", "--quiet", "--create", "on-top")
    flow.work("b")
    return "on-top"


OWN = [another_branch, a_branch_from_the_base, a_renamed_branch, a_detached_head, a_branch_on_top_of_its_own]


@pytest.mark.parametrize("made", OWN)
def test_what_was_done_in_the_worktree_is_merged_whatever_it_is_on(flow: Flow, made: Callable[[Flow], str]) -> None:
    name = made(flow)
    flow.done()
    assert flow.waits
    assert flow.listed[1] in (1, 2)
    assert isinstance(flow.removes(), Kept)
    outcome = flow.merge()
    assert isinstance(outcome, Merged), outcome
    assert (outcome.branch, outcome.ready, outcome.already) == (name, ("T2",), False)
    assert (flow.root / "src/a").read_text() == "a\n"
    assert not flow.waits
    assert flow.listed[1] == 0


@pytest.mark.parametrize("made", OWN)
def test_its_recorded_branch_alone_sets_nobody_free(flow: Flow, made: Callable[[Flow], str]) -> None:
    made(flow)
    flow.done()
    if made is a_renamed_branch:
        return
    outcome = flow.merge(flow.branch)
    assert isinstance(outcome, Merged), outcome
    assert outcome.ready == ()
    assert outcome.missing is not None
    assert flow.waits
    assert isinstance(flow.merge(), Merged)
    assert not flow.waits


def test_a_branch_that_was_there_before_is_not_taken_for_its_work(flow: Flow) -> None:
    git(flow.root, "switch", "--quiet", "--create", "develop")
    flow.git_workspace.commit(flow.root, "others")
    git(flow.root, "switch", "--quiet", "main")
    git(flow.tree, "switch", "--quiet", "develop")
    flow.work()
    flow.done()
    advice = flow.refused()
    assert "develop (2 commits)" in advice
    assert "interlock merge develop" in advice
    assert f"switch {flow.branch}" in advice
    git(flow.tree, "switch", "--quiet", flow.branch)
    assert not flow.waits, "the branch is empty, and the task is done"


def test_merged_by_its_name_it_sets_them_free(flow: Flow) -> None:
    git(flow.root, "branch", "--quiet", "develop")
    git(flow.root, "switch", "--quiet", "develop")
    flow.git_workspace.commit(flow.root, "others")
    git(flow.root, "switch", "--quiet", "main")
    git(flow.tree, "switch", "--quiet", "develop")
    flow.done()
    assert "develop (1 commit)" in flow.refused()
    outcome = flow.merge("develop")
    assert isinstance(outcome, Merged)
    assert outcome.ready == ("T2",)


def test_work_in_two_places_is_refused_naming_both(flow: Flow) -> None:
    flow.work()
    git(flow.tree, "switch", "--quiet", "--create", "second", "main")
    flow.work("b")
    flow.done()
    advice = flow.refused()
    assert "second (1 commit)" in advice
    assert f"{flow.branch} (1 commit)" in advice
    kept = flow.removes()
    assert isinstance(kept, Kept)
    assert isinstance(flow.merge("second"), Merged)
    assert flow.waits
    assert isinstance(flow.merge(), Merged)
    assert not flow.waits


def rebasing(flow: Flow) -> None:
    flow.work("a", "one\n")
    flow.git_workspace.commit(flow.root, "src/a", "other\n")
    with pytest.raises(AssertionError):
        git(flow.tree, "rebase", "main")


def merging(flow: Flow) -> None:
    flow.work("a", "one\n")
    flow.git_workspace.commit(flow.root, "src/a", "other\n")
    with pytest.raises(AssertionError):
        git(flow.tree, "merge", "main")


def picking(flow: Flow) -> None:
    flow.work("a", "one\n")
    flow.git_workspace.commit(flow.root, "src/a", "other\n")
    with pytest.raises(AssertionError):
        git(flow.tree, "cherry-pick", "main")


@pytest.mark.parametrize(("begun", "what"), [(rebasing, "a rebase"), (merging, "a merge"), (picking, "a cherry-pick")])
def test_in_the_middle_of_something_it_is_refused(flow: Flow, begun: Callable[[Flow], None], what: str) -> None:
    begun(flow)
    flow.done()
    for name in ("T1", flow.branch):
        advice = flow.refused(name)
        assert f"in the middle of {what}" in advice
        assert f"{flow.branch} (1 commit)" in advice
    assert isinstance(flow.removes(), Kept)


def test_a_rebase_in_progress_is_not_merged_even_when_its_old_commits_were(flow: Flow) -> None:
    flow.work("a", "one\n")
    flow.done()
    git(flow.root, "merge", "--quiet", "--squash", flow.branch)
    git(flow.root, "commit", "--quiet", "--message=squashed")
    git(flow.tree, "-c", "sequence.editor=sed -i 1s/pick/edit/", "rebase", "-i", "HEAD~1")
    assert flow.waits
    git(flow.tree, "rebase", "--abort")
    assert not flow.waits


def moved_by_git(flow: Flow) -> None:
    git(flow.root, "worktree", "move", str(flow.tree), str(flow.root.parent / "moved"))
    flow.tree = flow.root.parent / "moved"


def moved_by_hand(flow: Flow) -> None:
    flow.tree.rename(flow.root.parent / "moved")


def deleted(flow: Flow) -> None:
    git(flow.root, "worktree", "remove", "--force", str(flow.tree))


def deleted_by_hand(flow: Flow) -> None:
    flow.tree.rename(flow.root.parent / "gone")


@pytest.mark.parametrize("gone", [moved_by_git, moved_by_hand, deleted, deleted_by_hand])
@pytest.mark.parametrize("made", [None, another_branch])
def test_a_worktree_that_was_moved_or_deleted_keeps_its_dependants_waiting(
    flow: Flow, gone: Callable[[Flow], None], made: Callable[[Flow], str] | None
) -> None:
    name = flow.branch if made is None else made(flow)
    if made is None:
        flow.work()
    flow.done()
    gone(flow)
    if made is None:
        repair_worktrees(flow.place, flow.git_workspace.trees())
        flow.git_workspace.made("other")
    assert flow.waits
    if gone is moved_by_git:
        assert flow.listed[1] == 1
    outcome = flow.merge()
    if isinstance(outcome, NotMerged):  # what was made there is not known without the worktree's own log
        assert (made, gone, "feature/login (1 commit)" in outcome.advice) == (another_branch, deleted, True)
        outcome = flow.merge(name)
    assert isinstance(outcome, Merged), outcome
    assert (outcome.branch, outcome.ready) == (name, ("T2",))


def squash(flow: Flow) -> None:
    git(flow.root, "merge", "--quiet", "--squash", flow.branch)
    git(flow.root, "commit", "--quiet", "--message=T1 (#12)")


def pull(flow: Flow) -> None:
    git(flow.root, "merge", "--quiet", "--no-ff", "--no-edit", flow.branch)


def pick(flow: Flow) -> None:
    flow.git_workspace.commit(flow.root, "elsewhere")
    git(flow.root, "cherry-pick", f"main..{flow.branch}")


def squash_and_go_on(flow: Flow) -> None:
    squash(flow)
    flow.git_workspace.commit(flow.root, "src/a", "changed on main\n")


WAYS = [squash, pull, pick, squash_and_go_on]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("asked", ["claim", "any", "board", "plan", "list", "merge"])
def test_what_was_merged_by_other_means_is_known_at_the_next_call(
    flow: Flow, way: Callable[[Flow], None], asked: str
) -> None:
    flow.work()
    flow.work("b")
    flow.done()
    assert flow.waits
    way(flow)
    tip = git(flow.root, "rev-parse", "main")
    if asked == "claim":
        assert not flow.waits
    elif asked == "any":
        assert isinstance(claim.claim_task(flow.place, flow.ben), claim.Claimed)
    elif asked == "board":
        assert read_board(flow.place).waiting == ()
    elif asked == "plan":
        planned = plan_tasks(flow.place, flow.ben, [Proposal("More", ["more"], id="T3", depends_on=["T1"])])
        assert planned.ready == ("T3",)
    elif asked == "list":
        assert flow.listed == (flow.branch, 0)
    else:
        outcome = flow.merge()
        assert isinstance(outcome, Merged)
        assert outcome.already
        assert git(flow.root, "rev-parse", "main") == tip, "no empty merge commit"
    assert flow.workspace.task("T2").waiting == 0
    assert isinstance(flow.removes(), Kept), "ada works there still"
    flow.workspace.leaves("ada")
    assert isinstance(flow.removes(), Removed)


def test_with_something_uncommitted_it_waits(flow: Flow) -> None:
    flow.work()
    flow.done()
    (flow.tree / "src/more").write_text("more\n")
    squash(flow)
    assert flow.waits
    assert flow.waits, "and is asked again, although no branch has moved"
    (flow.tree / "src/more").unlink()
    assert not flow.waits


def test_git_is_asked_again_only_when_a_branch_has_moved(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    flow.work()
    flow.done()
    assert flow.waits
    monkeypatch.setenv("PATH", "/nowhere")
    assert flow.waits
    read_board(flow.place)
    monkeypatch.undo()
    squash(flow)
    assert not flow.waits


def test_merged_and_reverted_it_waits_and_the_refusal_names_the_revert(flow: Flow) -> None:
    flow.work()
    flow.done()
    pull(flow)
    git(flow.root, "revert", "--no-edit", "-m", "1", "HEAD")
    by = git(flow.root, "rev-parse", "--short=10", "HEAD")
    assert flow.waits
    assert f"git revert {by}" in flow.refused()


def test_a_task_that_nobody_began_is_not_merged_by_an_empty_branch(flow: Flow) -> None:
    flow.git_workspace.commit(flow.root, "elsewhere")
    read_board(flow.place)
    known = flow.git_workspace.known("T1")
    assert known is not None
    assert known.merged is None
    assert flow.workspace.task("T2").waiting == 1


def test_a_merge_that_changes_nothing_makes_no_commit(flow: Flow) -> None:
    flow.work("a", "one\n")
    git(flow.root, "config", "merge.keep.driver", "true")
    (flow.root / ".git/info/attributes").write_text("src/a merge=keep\n")
    flow.git_workspace.commit(flow.root, "src/a", "other\n")
    flow.done()
    before = git(flow.root, "rev-parse", "main")
    outcome = flow.merge()
    assert isinstance(outcome, Merged | NotMerged)
    assert git(flow.root, "rev-parse", "main") == before


def test_squashed_and_reverted_it_waits_and_may_be_merged_again(flow: Flow) -> None:
    flow.work()
    flow.done()
    squash(flow)
    git(flow.root, "revert", "--no-edit", "HEAD")
    assert flow.waits
    outcome = flow.merge()
    assert isinstance(outcome, Merged)
    assert outcome.ready == ("T2",)
    assert (flow.root / "src/a").read_text() == "a\n"


def test_what_is_cleaned_up_after_a_squash_is_known_still(flow: Flow) -> None:
    flow.work()
    flow.done()
    squash_and_go_on(flow)
    deleted(flow)
    git(flow.root, "branch", "--quiet", "-D", flow.branch)
    assert not flow.waits


def test_of_what_is_gone_before_anybody_looked_nothing_is_left_to_merge(flow: Flow) -> None:
    flow.work()
    update.update_task(flow.workspace.place, flow.ada, "T1", status="done")
    deleted(flow)
    git(flow.root, "branch", "--quiet", "-D", flow.branch)
    with pytest.raises(Misuse, match="interlock worktree remove T1"):
        flow.merge()
    flow.workspace.leaves("ada")
    assert isinstance(flow.removes(), Removed)
    assert not flow.waits


def test_of_a_base_that_moves_only_the_new_commits_are_looked_at(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    flow.work()
    flow.done()
    for number in range(6):
        flow.git_workspace.commit(flow.root, "src/a", f"{number}\n")
        assert flow.waits
    tried: list[str] = []
    run = runner.run

    def counted(root: str, *words: str, **options: Any) -> Ran:
        tried.extend(words[:1])
        return run(root, *words, **options)

    monkeypatch.setattr(runner, "run", counted)
    flow.git_workspace.commit(flow.root, "src/a", "a\n")
    assert not flow.waits
    assert tried.count("merge-tree") <= 2


def test_work_directly_on_the_base_is_merged_already(flow: Flow) -> None:
    git(flow.root, "switch", "--quiet", "--create", "elsewhere")
    git(flow.tree, "switch", "--quiet", "main")
    flow.work()
    flow.done()
    outcome = flow.merge()
    assert isinstance(outcome, Merged)
    assert outcome.already
    assert not flow.waits


@pytest.mark.parametrize("made", [None, a_renamed_branch, a_detached_head])
def test_a_worktree_that_git_moved_is_listed_repaired_and_removed_where_it_is(
    flow: Flow, made: Callable[[Flow], str] | None
) -> None:
    if made is not None:
        made(flow)
    moved_by_git(flow)
    [found] = [one for one in list_worktrees(flow.place, flow.git_workspace.trees()) if one.task == "T1"]
    assert (found.path, found.state.startswith("missing")) == (str(flow.tree), False)
    flow.workspace.leaves("ada")
    if made is None:
        assert isinstance(flow.removes(), Removed)
        assert not flow.tree.exists()
        return
    assert isinstance(flow.removes(), Kept)
    repair_worktrees(flow.place, flow.git_workspace.trees())
    known = flow.git_workspace.known("T1")
    assert known is not None
    assert known.path == str(flow.tree)
