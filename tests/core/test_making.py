"""Making worktrees: names, branches, bases, and what happens when it is broken off or done again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.core import making
from mcp_server.domain.refusal import Misuse
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.worktree import Trouble
from tests.adapters.git import git, repository
from tests.worlds import World, task
from tests.yard import Yard, deaf, yard_in


@pytest.fixture
def yard(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    deaf(monkeypatch, tmp_path / "home")
    return yard_in(world, tmp_path)


def reason(outcome: making.Made | making.NotMade) -> str:
    assert isinstance(outcome, making.NotMade), outcome
    return outcome.reason


def test_a_task_gets_a_worktree_on_a_branch_of_its_name_and_git_does_not_see_it(yard: Yard) -> None:
    yard.world.plan(task("T7", "src/**"))

    made = yard.made("T7")

    assert (made.task, made.branch, made.base) == ("T7", "T7-work-on-t7", "main")
    assert made.path == str(yard.root / ".claude" / "worktrees" / "T7-work-on-t7")
    assert (Path(made.path) / "README.md").read_text() == "hello\n"
    assert git(Path(made.path), "branch", "--show-current") == made.branch
    assert git(yard.root, "status", "--porcelain") == ""
    assert yard.known("T7") == made


@pytest.mark.parametrize("name", ["my feature", "feature/x y", "größe/日本", "a" * 90, "x.lock", '\'; rm -rf "$HOME"'])
def test_any_name_that_can_be_read_has_a_branch_and_one_folder(yard: Yard, name: str) -> None:
    made = yard.made(name)

    assert Path(made.path).parent == yard.root / ".claude" / "worktrees"
    assert git(Path(made.path), "branch", "--show-current") == made.branch
    assert yard.known(name) == made


def test_a_name_that_is_none_is_refused_and_changes_nothing(yard: Yard) -> None:
    for name in ("", "  ", "~^:", "a\nb", "x" * 101):
        with pytest.raises(Misuse):
            yard.make(name)
    assert git(yard.root, "branch", "--format=%(refname:short)") == "main"


def test_the_same_command_again_answers_the_same_worktree(yard: Yard) -> None:
    made = yard.made("one")
    again = yard.make("one")
    assert again == making.Made(made, created=False)
    assert "has a worktree already, on the branch one" in reason(yard.make("one", branch="other"))


def test_a_base_is_a_branch_or_a_commit_whose_work_goes_home_to_the_default_branch(yard: Yard) -> None:
    first = git(yard.root, "rev-parse", "HEAD")
    yard.commit(yard.root, "b.txt")
    git(yard.root, "branch", "side", first)

    on_branch, on_commit = yard.made("one", base="side"), yard.make("two", base=first)

    assert (on_branch.base, on_branch.start) == ("side", first)
    assert isinstance(on_commit, making.Made)
    assert (on_commit.worktree.base, on_commit.worktree.start) == ("main", first)
    assert on_commit.notes == (f"it begins at {first[:12]} and goes home to main",)
    with pytest.raises(Misuse, match="no branch and no commit 'nowhere'"):
        yard.make("three", base="nowhere")


def test_a_remotes_branch_goes_home_to_the_local_one(yard: Yard) -> None:
    git(yard.root, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert yard.made("one", base="origin/main").base == "main"
    assert git(yard.root, "config", "--get-regexp", "^branch\\.|user.name=x|core.bare") == "core.bare false"


def test_a_detached_head_is_begun_from_and_said(yard: Yard) -> None:
    head = git(yard.root, "rev-parse", "HEAD")
    git(yard.root, "checkout", "--quiet", "--detach")
    outcome = yard.make("one")
    assert isinstance(outcome, making.Made)
    assert (outcome.worktree.start, outcome.worktree.base) == (head, "main")
    assert "goes home to main" in outcome.notes[0]
    git(yard.root, "branch", "--move", "main", "odd")
    with pytest.raises(Misuse, match="give --base BRANCH"):
        yard.make("two")


def test_a_repository_without_a_commit_is_refused_in_words(world: World, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "empty")
    with pytest.raises(Misuse, match="no commit yet"):
        Yard(world, Path(os.path.realpath(tmp_path / "empty"))).make("one")


def test_a_folder_outside_git_is_refused_in_words(world: World, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(Trouble, match="no git repository"):
        Yard(world, tmp_path / "plain").make("one")


def test_a_branch_that_is_there_is_gone_on_with_only_when_it_is_meant(yard: Yard) -> None:
    git(yard.root, "branch", "used")
    assert "`interlock worktree add used --branch used` goes on with it" in reason(yard.make("used"))
    assert yard.made("used", branch="used").branch == "used"
    held = reason(yard.make("another", branch="used"))
    assert "checked out in" in held
    assert "--branch NAME" in held
    assert "checked out in" in reason(yard.make("main"))
    assert [tree.branch for tree in yard.trees().listed()] == ["main", "used"]


@pytest.mark.parametrize(("there", "wanted"), [("a/b", "a"), ("a", "a/b"), ("a", "a/b/c")])
def test_a_branch_that_git_cannot_keep_beside_another_is_refused_at_once(yard: Yard, there: str, wanted: str) -> None:
    git(yard.root, "branch", there)
    expected = f"git can't have a branch {wanted} beside {there}; give another with --branch NAME"
    assert reason(yard.make(wanted)) == expected
    assert yard.world.events("worktree_made") == []


@pytest.mark.parametrize("branch", ["-x", "a b", "x.lock", "HEAD", "a..b"])
def test_a_branch_that_git_would_not_take_is_refused(yard: Yard, branch: str) -> None:
    with pytest.raises(Misuse, match="git takes no branch by the name"):
        yard.make("one", branch=branch)


def test_a_remotes_branch_is_not_begun_a_second_time_unasked(yard: Yard) -> None:
    git(yard.root, "update-ref", "refs/remotes/origin/fix", "HEAD")
    assert "`interlock worktree add fix --base origin/fix` begins there" in reason(yard.make("fix"))
    assert "`interlock worktree add fix --base origin/fix` begins there" in reason(yard.make("origin/fix", base="main"))
    assert yard.made("fix", base="origin/fix").branch == "fix"
    assert yard.made("mine", branch="origin-fix").base == "main"


def test_below_one_of_gits_hooks_it_is_made_in_its_own_repository(
    yard: Yard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path / "other")
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(yard.root / ".git" / "index"))
    made = yard.made("one")
    assert git(other, "worktree", "list").count("\n") == 0
    assert [git(Path(folder), "status", "--porcelain") for folder in (yard.root, made.path)] == ["", ""]


def test_a_base_is_what_it_is_where_one_stands_and_stays_what_it_was(yard: Yard) -> None:
    side = yard.root.parent / "side"
    git(yard.root, "worktree", "add", "--quiet", "-b", "side", str(side))
    yard.commit(side, "c.txt")
    there = Yard(yard.world, side)
    made = there.made("one", base="HEAD")
    assert (made.base, made.start) == ("side", git(side, "rev-parse", "HEAD"))
    assert there.made("one", base="side") == made
    assert "has a worktree already, which goes home to side" in reason(yard.make("one", base="main"))


def test_the_branch_of_a_task_that_was_left_is_gone_on_with(yard: Yard) -> None:
    yard.world.plan(task("T7", "src/**"))
    git(yard.root, "branch", "T7-work-on-t7")
    outcome = yard.make("T7")
    assert isinstance(outcome, making.Made)
    assert outcome.notes == ("it goes on with the branch T7-work-on-t7",)


def test_a_folder_that_is_there_is_left_alone(yard: Yard) -> None:
    there = yard.root / ".claude" / "worktrees" / "a-b"
    there.mkdir(parents=True)
    (there / "mine.txt").write_text("mine")
    assert yard.made("a/b").path == f"{there}-2"
    assert yard.made("a-b").path == f"{there}-3"
    assert [path.name for path in there.iterdir()] == ["mine.txt"]


def test_worktrees_can_be_made_beside_the_repository(yard: Yard) -> None:
    yard.world.settings = yard.world.settings._replace(worktree=WorktreeSettings(place="beside"))
    assert yard.made("one").path == str(yard.root.parent / "repo.worktrees" / "one")


def test_a_bare_repository_has_its_worktrees_beside_it(yard: Yard, world: World) -> None:
    bare = yard.root.parent / "shop.git"
    git(yard.root.parent, "clone", "--quiet", "--bare", str(yard.root), str(bare))
    made = Yard(world, bare).made("one")
    assert (made.path, made.base) == (str(bare.parent / "shop.worktrees" / "one"), "main")


def test_a_project_around_a_hidden_bare_repository_has_them_in_its_folder(yard: Yard, world: World) -> None:
    project = yard.root.parent / "project"
    git(yard.root.parent, "clone", "--quiet", "--bare", str(yard.root), str(project / ".bare"))
    (project / ".git").write_text("gitdir: ./.bare\n")
    made = Yard(world, project).made("one")
    assert made.path == str(project / "one")
    assert Yard(world, Path(made.path)).made("two").path == str(project / "two")


def test_a_shallow_clone_and_a_submodule_are_repositories_like_others(yard: Yard, world: World) -> None:
    shallow = yard.root.parent / "shallow"
    yard.commit(yard.root, "b.txt")
    git(yard.root.parent, "clone", "--quiet", "--depth=1", f"file://{yard.root}", str(shallow))
    assert Path(Yard(world, shallow).made("one").path, "b.txt").exists()
    outer = repository(yard.root.parent / "outer")
    git(outer, "submodule", "--quiet", "add", str(yard.root), "libs/inner")
    inner = Yard(world, outer / "libs" / "inner")
    assert inner.made("two").path == str(outer / "libs" / "inner" / ".claude" / "worktrees" / "two")


def test_a_hook_that_fails_after_the_checkout_is_told_and_the_worktree_is_there(yard: Yard) -> None:
    hook = yard.root / ".git" / "hooks" / "post-checkout"
    hook.write_text("#!/bin/sh\necho no tools >&2\nexit 3\n")
    hook.chmod(0o755)
    outcome = yard.make("one")
    assert isinstance(outcome, making.Made)
    assert outcome.worktree.state == "ready"
    assert "post-checkout hook failed: no tools" in outcome.notes[0]


def test_what_git_cannot_make_leaves_nothing_behind(yard: Yard) -> None:
    (yard.root / ".claude").write_text("in the way")
    with pytest.raises(Trouble, match="could not make"):
        yard.make("one")
    assert yard.known("one") is None
    assert git(yard.root, "branch", "--format=%(refname:short)") == "main"


def dies_on_checkout(yard: Yard) -> None:
    """The first checkout is killed while it writes the files."""
    git(yard.root, "config", "filter.dies.smudge", f"test -e '{yard.root}/.git/died' || "
        f"{{ touch '{yard.root}/.git/died'; kill -9 $(ps -o ppid= -p $PPID) $PPID; }}; cat")  # fmt: skip
    (yard.root / ".gitattributes").write_text("z.txt filter=dies\n")
    yard.commit(yard.root, "z.txt")


def test_a_checkout_that_was_killed_is_begun_anew_by_the_same_command(yard: Yard) -> None:
    dies_on_checkout(yard)
    with pytest.raises(Trouble, match="could not make the worktree"):
        yard.make("one")
    half = yard.known("one")
    assert half is not None
    assert half.state == "making"

    outcome = yard.make("one")

    assert isinstance(outcome, making.Made)
    assert outcome.notes == ("its making was broken off and was begun anew",)
    assert (Path(half.path) / "z.txt").read_text() == "x\n"
    assert git(Path(half.path), "status", "--porcelain") == ""
    assert [tree.locked for tree in yard.trees().listed()] == [None, None]


def test_what_somebody_put_into_a_half_made_worktree_is_not_deleted(yard: Yard) -> None:
    dies_on_checkout(yard)
    with pytest.raises(Trouble):
        yard.make("one")
    half = yard.known("one")
    assert half is not None
    (Path(half.path) / "mine.txt").write_text("mine")
    assert "holds files that are not from its commit: mine.txt" in reason(yard.make("one"))
    assert (Path(half.path) / "mine.txt").read_text() == "mine"


def test_a_worktree_whose_making_was_never_noted_as_done_is_taken_as_it_is(yard: Yard) -> None:
    made = yard.made("one")
    with yard.world.store.writing() as books:
        books.worktrees.move("one", "making")
    (Path(made.path) / "new.txt").write_text("new")
    outcome = yard.make("one")
    assert isinstance(outcome, making.Made)
    assert outcome.notes == ("it was being made and is complete",)
    assert (Path(made.path) / "new.txt").exists()


def test_a_worktree_that_was_only_noted_is_made(yard: Yard) -> None:
    path = str(yard.root / ".claude" / "worktrees" / "one")
    start = git(yard.root, "rev-parse", "HEAD")
    with yard.world.store.writing() as books:
        books.worktrees.add("one", path, branch="one", base="main", start=start, task=None)
    assert yard.made("one").path == path
    assert git(Path(path), "status", "--porcelain") == ""
