"""Creating worktrees: names, branches, bases, interruptions and repetition."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.core.worktrees import create
from mcp_server.domain.errors import Misuse
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.worktree import Trouble
from tests.adapters.git_repositories import git, git_repository
from tests.git_workspace import GitWorkspace, git_workspace_in, isolate_git
from tests.workspace import Workspace, task


@pytest.fixture
def git_workspace(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitWorkspace:
    isolate_git(monkeypatch, tmp_path / "home")
    return git_workspace_in(workspace, tmp_path)


def reason(outcome: create.Made | create.NotMade) -> str:
    assert isinstance(outcome, create.NotMade), outcome
    return outcome.reason


def test_a_task_gets_a_worktree_on_a_branch_of_its_name_and_git_does_not_see_it(git_workspace: GitWorkspace) -> None:
    git_workspace.workspace.plan(task("T7", "src/**"))

    made = git_workspace.made("T7")

    assert (made.task, made.branch, made.base) == ("T7", "T7-work-on-t7", "main")
    assert made.path == str(git_workspace.root / ".claude" / "worktrees" / "T7-work-on-t7")
    assert (Path(made.path) / "README.md").read_text() == "hello\n"
    assert git(Path(made.path), "branch", "--show-current") == made.branch
    assert git(git_workspace.root, "status", "--porcelain") == ""
    assert git_workspace.known("T7") == made


@pytest.mark.parametrize("name", ["my feature", "feature/x y", "größe/日本", "a" * 90, "x.lock", '\'; rm -rf "$HOME"'])
def test_any_name_that_can_be_read_has_a_branch_and_one_folder(git_workspace: GitWorkspace, name: str) -> None:
    made = git_workspace.made(name)

    assert Path(made.path).parent == git_workspace.root / ".claude" / "worktrees"
    assert git(Path(made.path), "branch", "--show-current") == made.branch
    assert git_workspace.known(name) == made


def test_a_name_that_is_none_is_refused_and_changes_nothing(git_workspace: GitWorkspace) -> None:
    for name in ("", "  ", "~^:", "a\nb", "x" * 101):
        with pytest.raises(Misuse):
            git_workspace.make(name)
    assert git(git_workspace.root, "branch", "--format=%(refname:short)") == "main"


def test_the_same_command_again_answers_the_same_worktree(git_workspace: GitWorkspace) -> None:
    made = git_workspace.made("one")
    again = git_workspace.make("one")
    assert again == create.Made(made, created=False)
    assert "already has a worktree on the branch one" in reason(git_workspace.make("one", branch="other"))


def test_work_based_on_a_commit_is_merged_into_the_default_branch(git_workspace: GitWorkspace) -> None:
    first = git(git_workspace.root, "rev-parse", "HEAD")
    git_workspace.commit(git_workspace.root, "b.txt")
    git(git_workspace.root, "branch", "side", first)

    on_branch, on_commit = git_workspace.made("one", base="side"), git_workspace.make("two", base=first)

    assert (on_branch.base, on_branch.start) == ("side", first)
    assert isinstance(on_commit, create.Made)
    assert (on_commit.worktree.base, on_commit.worktree.start) == ("main", first)
    assert on_commit.notes == (f"it starts at {first[:12]} and will be merged into main",)
    with pytest.raises(Misuse, match="no branch and no commit 'nowhere'"):
        git_workspace.make("three", base="nowhere")


def test_work_based_on_a_remotes_branch_is_merged_into_the_local_one(git_workspace: GitWorkspace) -> None:
    git(git_workspace.root, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert git_workspace.made("one", base="origin/main").base == "main"
    assert git(git_workspace.root, "config", "--get-regexp", "^branch\\.|user.name=x|core.bare") == "core.bare false"


def test_a_worktree_starts_at_a_detached_head_and_says_so(git_workspace: GitWorkspace) -> None:
    head = git(git_workspace.root, "rev-parse", "HEAD")
    git(git_workspace.root, "checkout", "--quiet", "--detach")
    outcome = git_workspace.make("one")
    assert isinstance(outcome, create.Made)
    assert (outcome.worktree.start, outcome.worktree.base) == (head, "main")
    assert "will be merged into main" in outcome.notes[0]
    git(git_workspace.root, "branch", "--move", "main", "odd")
    with pytest.raises(Misuse, match="with --base BRANCH"):
        git_workspace.make("two")


def test_a_repository_without_a_commit_is_refused_in_words(workspace: Workspace, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "empty")
    with pytest.raises(Misuse, match="no commit yet"):
        GitWorkspace(workspace, Path(os.path.realpath(tmp_path / "empty"))).make("one")


def test_a_folder_outside_git_is_refused_in_words(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(Trouble, match="not in a git repository"):
        GitWorkspace(workspace, tmp_path / "plain").make("one")


def test_a_branch_that_is_there_is_gone_on_with_only_when_it_is_meant(git_workspace: GitWorkspace) -> None:
    git(git_workspace.root, "branch", "used")
    assert "`interlock worktree add used --branch used` continues it" in reason(git_workspace.make("used"))
    assert git_workspace.made("used", branch="used").branch == "used"
    held = reason(git_workspace.make("another", branch="used"))
    assert "checked out in" in held
    assert "--branch NAME" in held
    assert "checked out in" in reason(git_workspace.make("main"))
    assert [tree.branch for tree in git_workspace.trees().listed()] == ["main", "used"]


@pytest.mark.parametrize(("there", "wanted"), [("a/b", "a"), ("a", "a/b"), ("a", "a/b/c")])
def test_a_branch_that_git_cannot_keep_beside_another_is_refused_at_once(
    git_workspace: GitWorkspace, there: str, wanted: str
) -> None:
    git(git_workspace.root, "branch", there)
    expected = f"git can't have both {wanted} and {there}; choose another branch with --branch NAME"
    assert reason(git_workspace.make(wanted)) == expected
    assert git_workspace.workspace.events("worktree_made") == []


@pytest.mark.parametrize("branch", ["-x", "a b", "x.lock", "HEAD", "a..b"])
def test_a_branch_that_git_would_not_take_is_refused(git_workspace: GitWorkspace, branch: str) -> None:
    with pytest.raises(Misuse, match="is not a valid name for a branch"):
        git_workspace.make("one", branch=branch)


def test_a_branch_that_exists_on_a_remote_is_not_created_again_unasked(git_workspace: GitWorkspace) -> None:
    git(git_workspace.root, "update-ref", "refs/remotes/origin/fix", "HEAD")
    assert "`interlock worktree add fix --base origin/fix` starts there" in reason(git_workspace.make("fix"))
    assert "`interlock worktree add fix --base origin/fix` starts there" in reason(
        git_workspace.make("origin/fix", base="main")
    )
    assert git_workspace.made("fix", base="origin/fix").branch == "fix"
    assert git_workspace.made("mine", branch="origin-fix").base == "main"


def test_below_one_of_gits_hooks_it_is_made_in_its_own_repository(
    git_workspace: GitWorkspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = git_repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(git_workspace.root / ".git" / "index"))
    made = git_workspace.made("one")
    assert git(other, "worktree", "list").count("\n") == 0
    assert [git(Path(folder), "status", "--porcelain") for folder in (git_workspace.root, made.path)] == ["", ""]


def test_a_base_is_resolved_in_the_current_checkout_and_then_fixed(git_workspace: GitWorkspace) -> None:
    side = git_workspace.root.parent / "side"
    git(git_workspace.root, "worktree", "add", "--quiet", "-b", "side", str(side))
    git_workspace.commit(side, "c.txt")
    there = GitWorkspace(git_workspace.workspace, side)
    made = there.made("one", base="HEAD")
    assert (made.base, made.start) == ("side", git(side, "rev-parse", "HEAD"))
    assert there.made("one", base="side") == made
    assert "to be merged into side" in reason(git_workspace.make("one", base="main"))


def test_the_branch_of_a_task_that_was_left_is_gone_on_with(git_workspace: GitWorkspace) -> None:
    git_workspace.workspace.plan(task("T7", "src/**"))
    git(git_workspace.root, "branch", "T7-work-on-t7")
    outcome = git_workspace.make("T7")
    assert isinstance(outcome, create.Made)
    assert outcome.notes == ("it continues the branch T7-work-on-t7",)


def test_a_folder_that_is_there_is_left_alone(git_workspace: GitWorkspace) -> None:
    there = git_workspace.root / ".claude" / "worktrees" / "a-b"
    there.mkdir(parents=True)
    (there / "mine.txt").write_text("mine")
    assert git_workspace.made("a/b").path == f"{there}-2"
    assert git_workspace.made("a-b").path == f"{there}-3"
    assert [path.name for path in there.iterdir()] == ["mine.txt"]


def test_worktrees_can_be_made_beside_the_repository(git_workspace: GitWorkspace) -> None:
    git_workspace.workspace.settings = git_workspace.workspace.settings._replace(
        worktree=WorktreeSettings(place="beside")
    )
    assert git_workspace.made("one").path == str(git_workspace.root.parent / "repo.worktrees" / "one")


def test_a_bare_repository_has_its_worktrees_beside_it(git_workspace: GitWorkspace, workspace: Workspace) -> None:
    bare = git_workspace.root.parent / "shop.git"
    git(git_workspace.root.parent, "clone", "--quiet", "--bare", str(git_workspace.root), str(bare))
    made = GitWorkspace(workspace, bare).made("one")
    assert (made.path, made.base) == (str(bare.parent / "shop.worktrees" / "one"), "main")


def test_a_project_around_a_hidden_bare_repository_has_them_in_its_folder(
    git_workspace: GitWorkspace, workspace: Workspace
) -> None:
    project = git_workspace.root.parent / "project"
    git(git_workspace.root.parent, "clone", "--quiet", "--bare", str(git_workspace.root), str(project / ".bare"))
    (project / ".git").write_text("gitdir: ./.bare\n")
    made = GitWorkspace(workspace, project).made("one")
    assert made.path == str(project / "one")
    assert GitWorkspace(workspace, Path(made.path)).made("two").path == str(project / "two")


def test_a_shallow_clone_and_a_submodule_are_repositories_like_others(
    git_workspace: GitWorkspace, workspace: Workspace
) -> None:
    shallow = git_workspace.root.parent / "shallow"
    git_workspace.commit(git_workspace.root, "b.txt")
    git(git_workspace.root.parent, "clone", "--quiet", "--depth=1", f"file://{git_workspace.root}", str(shallow))
    assert Path(GitWorkspace(workspace, shallow).made("one").path, "b.txt").exists()
    outer = git_repository(git_workspace.root.parent / "outer")
    git(outer, "submodule", "--quiet", "add", str(git_workspace.root), "libs/inner")
    inner = GitWorkspace(workspace, outer / "libs" / "inner")
    assert inner.made("two").path == str(outer / "libs" / "inner" / ".claude" / "worktrees" / "two")


def test_a_failing_checkout_hook_is_reported_and_the_worktree_exists(git_workspace: GitWorkspace) -> None:
    hook = git_workspace.root / ".git" / "hooks" / "post-checkout"
    hook.write_text("#!/bin/sh\necho no tools >&2\nexit 3\n")
    hook.chmod(0o755)
    outcome = git_workspace.make("one")
    assert isinstance(outcome, create.Made)
    assert outcome.worktree.state == "ready"
    assert "post-checkout hook failed: no tools" in outcome.notes[0]


def test_what_git_cannot_make_leaves_nothing_behind(git_workspace: GitWorkspace) -> None:
    (git_workspace.root / ".claude").write_text("in the way")
    with pytest.raises(Trouble, match="could not make"):
        git_workspace.make("one")
    assert git_workspace.known("one") is None
    assert git(git_workspace.root, "branch", "--format=%(refname:short)") == "main"


def dies_on_checkout(git_workspace: GitWorkspace) -> None:
    """The first checkout is killed while it writes the files."""
    git(
        git_workspace.root,
        "config",
        "filter.dies.smudge",
        f"test -e '{git_workspace.root}/.git/died' || "
        f"{{ touch '{git_workspace.root}/.git/died'; kill -9 $(ps -o ppid= -p $PPID) $PPID; }}; cat",
    )
    (git_workspace.root / ".gitattributes").write_text("z.txt filter=dies\n")
    git_workspace.commit(git_workspace.root, "z.txt")


def test_a_killed_checkout_is_started_again_by_the_same_command(git_workspace: GitWorkspace) -> None:
    dies_on_checkout(git_workspace)
    with pytest.raises(Trouble, match="could not make the worktree"):
        git_workspace.make("one")
    half = git_workspace.known("one")
    assert half is not None
    assert half.state == "making"

    outcome = git_workspace.make("one")

    assert isinstance(outcome, create.Made)
    assert outcome.notes == ("its creation was interrupted and was started again",)
    assert (Path(half.path) / "z.txt").read_text() == "x\n"
    assert git(Path(half.path), "status", "--porcelain") == ""
    assert [tree.locked for tree in git_workspace.trees().listed()] == [None, None]


def test_foreign_files_in_a_half_created_worktree_are_not_deleted(git_workspace: GitWorkspace) -> None:
    dies_on_checkout(git_workspace)
    with pytest.raises(Trouble):
        git_workspace.make("one")
    half = git_workspace.known("one")
    assert half is not None
    (Path(half.path) / "mine.txt").write_text("mine")
    assert "has files that are not from its commit: mine.txt" in reason(git_workspace.make("one"))
    assert (Path(half.path) / "mine.txt").read_text() == "mine"


def test_a_complete_worktree_whose_creation_was_not_recorded_is_used_as_it_is(git_workspace: GitWorkspace) -> None:
    made = git_workspace.made("one")
    with git_workspace.workspace.store.writing() as books:
        books.worktrees.move("one", "making")
    (Path(made.path) / "new.txt").write_text("new")
    outcome = git_workspace.make("one")
    assert isinstance(outcome, create.Made)
    assert outcome.notes == ("its creation was interrupted, but it is complete",)
    assert (Path(made.path) / "new.txt").exists()


def test_a_worktree_that_was_only_recorded_is_created(git_workspace: GitWorkspace) -> None:
    path = str(git_workspace.root / ".claude" / "worktrees" / "one")
    start = git(git_workspace.root, "rev-parse", "HEAD")
    with git_workspace.workspace.store.writing() as books:
        books.worktrees.add("one", path, branch="one", base="main", start=start, task=None)
    assert git_workspace.made("one").path == path
    assert git(Path(path), "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("planned", "wanted", "words"),
    [
        ((), "T9", "there is no task 'T9'"),
        (("T1",), "t1", "there is no task 't1', only T1"),
        (("PROJ-13",), "PROJ-31", "there is no task 'PROJ-31'"),
        (("2.1",), "2.2", "there is no task '2.2'"),
    ],
)
def test_a_name_that_looks_like_a_task_that_is_not_there_is_asked_about(
    git_workspace: GitWorkspace, planned: tuple[str, ...], wanted: str, words: str
) -> None:
    if planned:
        git_workspace.workspace.plan(*(task(name, f"src/{name}") for name in planned))
    before = git(git_workspace.root, "for-each-ref")
    outcome = git_workspace.make(wanted)
    assert isinstance(outcome, create.NotMade)
    assert outcome.ask == words
    assert f"interlock worktree add {wanted} --branch {wanted}" in outcome.reason
    assert git(git_workspace.root, "for-each-ref") == before
    assert git_workspace.made(wanted, branch=wanted).task is None


@pytest.mark.parametrize("wanted", ["spike", "fix-123", "v2", "feature/2.1"])
def test_any_other_name_is_a_name(git_workspace: GitWorkspace, wanted: str) -> None:
    git_workspace.workspace.plan(task("T1", "src"))
    assert git_workspace.made(wanted).task is None
