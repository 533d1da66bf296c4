"""Removing worktrees: what speaks against it, what is deleted, and what is released."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.core import clearing
from mcp_server.core.allotting import allot
from mcp_server.core.arriving import Caller
from mcp_server.domain.refusal import Misuse
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.worktree import Worktree
from tests.adapters.git import git, repository
from tests.worlds import World, task
from tests.yard import Yard, deaf, yard_in


@pytest.fixture
def yard(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Yard:
    deaf(monkeypatch, tmp_path / "home")
    return yard_in(world, tmp_path)


def remove(yard: Yard, name: str, *, force: bool = False, keep_branch: bool = False) -> clearing.Removed:
    outcome = clearing.remove(yard.place, yard.trees(), name, force=force, keep_branch=keep_branch)
    assert isinstance(outcome, clearing.Removed), outcome
    return outcome


def kept(yard: Yard, name: str) -> str:
    """Why a worktree is not removed; it stays as it is."""
    outcome = clearing.remove(yard.place, yard.trees(), name)
    assert isinstance(outcome, clearing.Kept), outcome
    assert Path(outcome.path).is_dir()
    return outcome.reason


def branches(yard: Yard) -> list[str]:
    return git(yard.root, "branch", "--format=%(refname:short)").split()


def test_a_worktree_whose_work_is_home_goes_with_its_branch(yard: Yard) -> None:
    made = yard.made("one")
    (Path(made.path) / "node_modules").mkdir()
    git(yard.root, "config", "core.excludesFile", str(_written(yard, "node_modules\n")))
    (Path(made.path) / "node_modules" / "a.js").write_text("")

    outcome = remove(yard, "one")

    assert outcome.branch == "the branch one is gone with it"
    assert not Path(made.path).exists()
    assert (branches(yard), yard.known("one")) == (["main"], None)
    assert len(yard.trees().listed()) == 1
    assert not (yard.root / ".claude" / "worktrees").exists()


@pytest.mark.parametrize("change", ["new", "changed", "deleted", "staged"])
def test_work_that_is_not_committed_keeps_it(yard: Yard, change: str) -> None:
    tree = Path(yard.made("one").path)
    if change == "new":
        (tree / "new.txt").write_text("")
    elif change == "deleted":
        (tree / "README.md").unlink()
    else:
        (tree / "README.md").write_text("changed")
    if change == "staged":
        git(tree, "add", "--all")
    assert "1 file(s) in it are not committed: " in kept(yard, "one")
    assert remove(yard, "one", force=True).path == str(tree)


def test_commits_that_are_not_home_keep_it_and_the_branch_stays_even_by_force(yard: Yard) -> None:
    yard.commit(Path(yard.made("one").path), "b.txt")
    assert "1 commit(s) of one are not in main" in kept(yard, "one")
    assert "the branch one stays: 1 commit(s) of it are not in main" in remove(yard, "one", force=True).branch
    assert branches(yard) == ["main", "one"]


@pytest.mark.parametrize("how", ["merge", "cherry-pick", "squash"])
def test_commits_that_came_home_in_any_form_let_it_go(yard: Yard, how: str) -> None:
    tree = Path(yard.made("one").path)
    for name in ("b.txt", "c.txt"):
        yard.commit(tree, name, name)
    yard.commit(yard.root, "other.txt")
    if how == "merge":
        git(yard.root, "merge", "--quiet", "--no-edit", "one")
    elif how == "cherry-pick":
        git(yard.root, "cherry-pick", "main..one")
    else:
        git(yard.root, "merge", "--quiet", "--squash", "one")
        git(yard.root, "commit", "--quiet", "--message", "both")
    yard.commit(yard.root, "later.txt")
    assert "is gone with it" in remove(yard, "one").branch
    assert branches(yard) == ["main"]


def test_what_landed_counts_as_home_but_not_what_was_done_since(yard: Yard) -> None:
    tree = Path(yard.made("one").path)
    yard.commit(tree, "b.txt", "one\n")
    yard.commit(tree, "b.txt", "one\ntwo\n")
    git(yard.root, "merge", "--quiet", "--squash", "one")
    git(yard.root, "commit", "--quiet", "--message", "landed")
    landed = git(yard.root, "rev-parse", "HEAD")
    yard.commit(yard.root, "b.txt", "rewritten on main\n")
    assert "not in main" in kept(yard, "one")
    with yard.world.store.writing() as books:
        books.worktrees.land("one", landed)
    yard.commit(tree, "c.txt")
    assert "not in main" in kept(yard, "one")
    git(tree, "reset", "--quiet", "--hard", "HEAD~1")
    assert "is gone with it" in remove(yard, "one").branch


def test_the_branch_can_be_kept(yard: Yard) -> None:
    yard.made("one")
    assert remove(yard, "one", keep_branch=True).branch == "the branch one stays"
    assert branches(yard) == ["main", "one"]


def test_nobody_is_worked_over_unless_dead(yard: Yard) -> None:
    made = yard.made("one")
    yard.world.recognise(Caller("s1", title="ada", worktree=made.path, process=yard.world.processes.identify(7)))
    yard.world.recognise(Caller("p", title="pat", worktree=made.path, kind="person"))
    assert kept(yard, "one").startswith("ada is at work there, last seen ")
    yard.world.kill(7)
    remove(yard, "one")


def test_a_worktree_is_found_by_all_its_names_and_nothing_else(yard: Yard) -> None:
    yard.world.plan(task("T7", "src/**"))
    made = yard.made("T7")
    by_hand = yard.root.parent / "by hand"
    git(yard.root, "worktree", "add", "--quiet", "-b", "hand", str(by_hand))
    trees = yard.trees()
    for name in ("T7", "T7-work-on-t7", made.path, made.path + "/"):
        assert clearing.find(yard.place, trees, name).known == made
    assert clearing.find(yard.place, trees, "hand").path == clearing.find(yard.place, trees, "by hand").path
    for name, said in (("repo", "which stays"), ("main", "which stays"), (str(yard.root), "which stays"), ("x", "no")):
        with pytest.raises(Misuse, match=said):
            clearing.find(yard.place, trees, name)
    git(yard.root, "worktree", "add", "--quiet", "--detach", str(yard.root.parent / "more" / "by hand"))
    with pytest.raises(Misuse, match="give the path"):
        clearing.find(yard.place, yard.trees(), "by hand")


def test_one_that_was_made_by_hand_is_removed_by_the_same_rules(yard: Yard) -> None:
    by_hand = yard.root.parent / "hand"
    git(yard.root, "worktree", "add", "--quiet", "--detach", str(by_hand))
    yard.commit(by_hand, "b.txt")
    assert "is on no branch" in kept(yard, "hand")
    git(yard.root, "worktree", "lock", "--reason", "on a stick", str(by_hand))
    assert "it is locked (on a stick)" in kept(yard, "hand")
    assert remove(yard, "hand", force=True).branch == "it was on no branch"
    assert len(yard.trees().listed()) == 1


def test_what_it_was_given_is_released(yard: Yard) -> None:
    yard.world.settings = yard.world.settings._replace(worktree=WorktreeSettings(ports=(("PORT", 3000),)))
    yard.made("one")
    assert allot(yard.place, "one", "one", lambda _port: True) == {"PORT": "3000"}
    remove(yard, "one")
    assert yard.world.leases() == []


def test_a_removal_that_was_broken_off_is_gone_on_with(yard: Yard) -> None:
    made = half_removed(yard)
    assert remove(yard, "one").branch == "the branch one is gone with it"
    assert not Path(made.path).exists()


def test_work_that_came_into_a_half_removed_worktree_keeps_it(yard: Yard) -> None:
    made = half_removed(yard)
    (Path(made.path) / "new.txt").write_text("mine")
    assert "not committed: new.txt" in kept(yard, "one")


def test_a_worktree_whose_folder_is_gone_is_removed(yard: Yard) -> None:
    made = yard.made("one")
    clearing_away(Path(made.path))
    assert remove(yard, "one").branch == "the branch one is gone with it"
    assert len(yard.trees().listed()) == 1


def test_commits_in_a_submodule_that_are_nowhere_else_keep_it(yard: Yard) -> None:
    library = repository(yard.root.parent / "library")
    git(yard.root, "submodule", "--quiet", "add", str(library), "libs")
    git(yard.root, "commit", "--quiet", "--message", "library")
    tree = Path(yard.made("one").path)
    git(tree, "submodule", "--quiet", "update", "--init")
    yard.commit(tree / "libs", "b.txt")
    git(tree, "commit", "--quiet", "--all", "--message", "newer")
    git(yard.root, "merge", "--quiet", "one")
    assert "a submodule in it has commits that were not pushed" in kept(yard, "one")
    git(tree / "libs", "push", "--quiet", "origin", "HEAD:refs/heads/side")
    remove(yard, "one")


def half_removed(yard: Yard) -> Worktree:
    """A worktree whose removal was killed when one file of it was gone."""
    made = yard.made("one")
    with yard.world.store.writing() as books:
        books.worktrees.move("one", "removing")
    (Path(made.path) / "README.md").unlink()
    return made


def clearing_away(folder: Path) -> None:
    """Somebody deletes the folder, and git does not know."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink()
    folder.rmdir()


def _written(yard: Yard, text: str) -> Path:
    file = yard.root.parent / "ignore"
    file.write_text(text)
    return file
