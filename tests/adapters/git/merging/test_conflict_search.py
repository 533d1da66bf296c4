"""Conflicts between branches as git sees them, what is not committed included."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mcp_server.adapters.git.merging.conflict_search import GitConflictSearch
from mcp_server.domain.branch import CheckedOut, FoundConflicts, Side
from mcp_server.domain.conflict import Conflict
from tests.adapters.git_repositories import git, git_repository

TEN = "".join(f"line {number}\n" for number in range(1, 11))
A, B = "a", "b"


class Two:
    """A repository with two linked worktrees on branches `a` and `b`."""

    def __init__(self, folder: Path) -> None:
        self.root = git_repository(folder / "repo")
        self.state = self.root / ".git" / "interlock"
        self.write(self.root, "ten.txt", TEN)
        self.write(self.root, "gone.txt", "here\n")
        self.commit(self.root)
        self.trees = {name: folder / name for name in (A, B)}
        for name, path in self.trees.items():
            git(self.root, "worktree", "add", "--quiet", "-b", name, str(path))

    def write(self, root: Path, name: str, text: str) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode("utf-8", "surrogateescape"))

    def commit(self, root: Path) -> None:
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--allow-empty", "--message=more")

    def each(self, name: str, ours: str, theirs: str) -> None:
        for tree, text in zip(self.trees.values(), (ours, theirs), strict=True):
            self.write(tree, name, text)

    def look(self, pathspecs: tuple[str, ...] | None = None) -> FoundConflicts:
        found = GitConflictSearch(str(self.root), str(self.state))
        sides = [Side(name, git(tree, "rev-parse", "HEAD"), str(tree), pathspecs) for name, tree in self.trees.items()]
        sides.append(Side("main", found.tips(["main"])["main"]))
        return found.find_conflicts(sides, [(A, B), (A, "main"), (B, "main")])

    def between(self) -> list[Conflict]:
        found = self.look()
        assert found.trouble == {}
        return list(found.conflicts[A, B])


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return Two(tmp_path)


def changed(*lines: int, by: str) -> str:
    return "".join(f"{by} {number}\n" if number in lines else f"line {number}\n" for number in range(1, 11))


def test_branches_that_say_the_same_have_no_conflicts(two: Two) -> None:
    assert two.look() == FoundConflicts({(A, B): (), (A, "main"): (), (B, "main"): ()}, {}, 1)


@pytest.mark.parametrize("committed", [(), (A,), (A, B)])
def test_lines_that_both_changed_are_a_conflict_committed_or_not(two: Two, committed: tuple[str, ...]) -> None:
    two.each("ten.txt", "new\n" + changed(4, 5, by="a"), changed(5, by="b"))
    for name in committed:
        two.commit(two.trees[name])
    [found] = two.between()
    assert (found.path, found.kind) == ("ten.txt", "contents")
    assert (found.ours, found.theirs) == (((5, 6),), ((5, 5),))
    assert two.look().conflicts[A, "main"] == ()


def test_lines_far_from_each_other_and_the_same_change_are_none(two: Two) -> None:
    two.each("ten.txt", changed(2, by="a"), changed(8, by="b"))
    two.each("both.txt", "alike\n", "alike\n")
    assert two.between() == []


def test_each_place_has_its_lines(two: Two) -> None:
    two.each("ten.txt", changed(2, 9, by="a"), "0\n" + changed(2, 5, 9, by="b"))
    [found] = two.between()
    assert found.ours == ((2, 2), (9, 9))
    assert found.theirs == ((3, 3), (10, 10))


def test_a_file_that_both_added_or_that_is_no_text_has_no_lines(two: Two) -> None:
    two.each("new.txt", "one\n", "two\n")
    two.each("blob", "\0one", "\0two")
    assert [(found.path, found.kind, found.ours) for found in two.between()] == [
        ("blob", "binary", ()),
        ("new.txt", "added", ()),
    ]


def test_one_changed_what_the_other_deleted(two: Two) -> None:
    two.write(two.trees[A], "gone.txt", "more\n")
    (two.trees[B] / "gone.txt").unlink()
    assert [(found.path, found.kind) for found in two.between()] == [("gone.txt", "modify/delete")]


def test_a_file_where_the_other_has_a_folder(two: Two) -> None:
    two.write(two.trees[A], "place", "a file\n")
    two.write(two.trees[B], "place/below.txt", "a folder\n")
    first = two.between()
    assert [(found.path, found.kind) for found in first] == [("place", "file/directory")]
    two.write(two.trees[A], "elsewhere", "x\n")
    two.commit(two.trees[A])
    assert two.between() == first, "it is the same conflict under another commit"


def test_a_file_that_both_renamed(two: Two) -> None:
    for name, tree in two.trees.items():
        git(tree, "mv", "ten.txt", f"{name}.txt")
    assert [(found.path, found.kind) for found in two.between()] == [("ten.txt", "rename/rename")]


@pytest.mark.parametrize("name", ["ä ö.txt", "a\nb.txt", 'quo"te\\.txt', "-dash", "tab\t.txt", ":(top)x"])
def test_any_path_is_named_as_it_is(two: Two, name: str) -> None:
    two.each(name, "one\n", "two\n")
    assert [found.path for found in two.between()] == [name]


@pytest.mark.skipif(sys.platform == "darwin", reason="its file system takes no such name")
def test_a_path_that_is_no_text_is_shown_so_that_it_can_be_kept(two: Two) -> None:
    two.each(os.fsdecode(b"caf\xe9.txt"), "one\n", "two\n")
    assert [found.path for found in two.between()] == ["caf\\xe9.txt"]


def test_a_submodule_that_both_moved(two: Two, tmp_path: Path) -> None:
    part = git_repository(tmp_path / "part")
    commits = []
    for number in range(3):
        two.write(part, "x", str(number))
        two.commit(part)
        commits.append(git(part, "rev-parse", "HEAD"))
    for tree, commit in zip((two.root, *two.trees.values()), commits, strict=True):
        git(tree, "update-index", "--add", "--cacheinfo", f"160000,{commit},part")
        git(tree, "commit", "--quiet", "--message=part")
        if tree == two.root:
            for other in two.trees.values():
                git(other, "merge", "--quiet", "main")
    assert [(found.path, found.kind) for found in two.between()] == [("part", "submodule")]


def test_a_pair_is_tried_once_until_one_of_them_changes(two: Two) -> None:
    two.each("ten.txt", changed(5, by="a"), changed(5, by="b"))
    first = two.look()
    again = two.look()
    assert (first.tried, again.tried) == (3, 0)
    assert again.conflicts == first.conflicts
    two.write(two.trees[A], "ten.txt", changed(5, by="c"))
    assert two.look().tried == 2


def test_a_commit_of_what_was_looked_at_before_and_an_amended_one_cost_no_merge(two: Two) -> None:
    two.each("ten.txt", changed(4, 5, by="a"), changed(5, by="b"))
    first = two.look()
    for tree in two.trees.values():
        two.commit(tree)
    git(two.trees[A], "commit", "--quiet", "--amend", "--message=in other words")
    again = two.look()
    assert (again.tried, again.conflicts) == (0, first.conflicts)


def test_the_same_trees_from_another_merge_base_are_tried_again(two: Two) -> None:
    two.each("ten.txt", changed(4, by="a"), changed(4, by="b"))
    for tree in two.trees.values():
        two.commit(tree)
    assert [found.path for found in two.between()] == ["ten.txt"]
    git(two.trees[A], "merge", "--quiet", "--strategy=ours", B)
    assert two.between() == []


def test_a_file_that_is_as_fresh_as_the_look_is_looked_at_again(two: Two) -> None:
    two.each("ten.txt", changed(5, by="a"), changed(5, by="b"))
    first = two.between()
    stamp = (two.trees[A] / "ten.txt").stat()
    two.write(two.trees[A], "ten.txt", changed(5, by="z"))
    os.utime(two.trees[A] / "ten.txt", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert [found.sign for found in two.between()] != [found.sign for found in first]


def test_looking_leaves_the_repository_and_its_checkouts_as_they_are(two: Two) -> None:
    two.each("ten.txt", changed(5, by="a"), changed(5, by="b"))
    two.each("new", "a", "b")
    before = [git(two.root, "count-objects"), *(git(tree, "status", "--porcelain") for tree in two.trees.values())]
    index = (two.root / ".git/worktrees/a/index").read_bytes()
    assert len(two.between()) == 2
    after = [git(two.root, "count-objects"), *(git(tree, "status", "--porcelain") for tree in two.trees.values())]
    assert after == before
    assert (two.root / ".git/worktrees/a/index").read_bytes() == index


def test_what_git_ignores_and_what_lies_elsewhere_does_not_count(two: Two) -> None:
    two.write(two.root, ".git/info/exclude", "*.log\n")
    two.each("x.log", "a", "b")
    two.each("src/x", "a", "b")
    two.each("docs/x", "a", "b")
    found = two.look((":(top,glob)docs", ":(top,glob)docs/**"))
    assert [one.path for one in found.conflicts[A, B]] == ["docs/x"]
    assert found.uncommitted == {A, B}


def test_a_nested_repository_and_a_file_that_went_meanwhile_do_no_harm(two: Two) -> None:
    git_repository(two.trees[A] / "inner")
    two.each("new", "a", "b")
    assert [found.path for found in two.between()] == ["new"]


def test_what_was_kept_may_be_deleted_or_broken_at_any_time(two: Two) -> None:
    two.each("new", "a", "b")
    first = two.between()
    (two.state / "conflicts" / "found.json").write_text("{broken")
    assert two.between() == first
    for file in (two.state / "conflicts" / "objects").glob("??/*"):
        file.unlink()
    two.look()
    assert two.between() == first


def test_a_full_folder_of_temporary_objects_is_emptied(two: Two) -> None:
    two.each("new", "a", "b")
    first = two.between()
    crowd = two.state / "conflicts" / "objects" / "17"
    crowd.mkdir(exist_ok=True)
    for number in range(101):
        (crowd / str(number)).touch()
    assert two.between() == first
    assert not crowd.exists() or len(list(crowd.iterdir())) < 10


def test_a_checkout_that_is_broken_is_named_and_the_others_are_looked_at(two: Two) -> None:
    two.write(two.trees[B], "ten.txt", changed(5, by="b"))
    (two.root / ".git/worktrees/a/index").write_bytes(b"no index")
    found = two.look()
    assert set(found.trouble) == {A}
    assert set(found.conflicts) == {(B, "main")}


def test_histories_that_share_nothing_are_named(two: Two) -> None:
    git(two.trees[B], "checkout", "--quiet", "--orphan", "alone")
    two.commit(two.trees[B])
    assert "unrelated" in two.look().trouble[f"{A} and {B}"]


def test_the_checkouts_are_listed_with_what_they_are_on(two: Two, tmp_path: Path) -> None:
    git(two.trees[B], "checkout", "--quiet", "--detach")
    git(two.root, "worktree", "add", "--quiet", "-b", "away", str(tmp_path / "away"))
    (tmp_path / "away").rename(tmp_path / "moved")
    head = git(two.root, "rev-parse", "HEAD")
    assert GitConflictSearch(str(two.root), str(two.state)).checkouts() == [
        CheckedOut(str(two.root), "main", head, 3),
        CheckedOut(str(two.trees[A]), A, head, 3),
        CheckedOut(str(two.trees[B]), None, head, 3),
    ]


def test_a_repository_without_commits_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    found = GitConflictSearch(str(tmp_path), str(tmp_path / "state"))
    assert found.checkouts() == [CheckedOut(str(tmp_path), "main", None)]
    assert found.tips(["main", "other"]) == {}


def test_a_change_of_the_same_length_right_after_the_checkout_is_seen(two: Two) -> None:
    two.each("ten.txt", TEN.replace("line 5", "mine 5"), TEN.replace("line 5", "hers 5"))
    for tree in two.trees.values():
        two.commit(tree)
        two.write(tree, "ten.txt", TEN.replace("line 5", f"{tree.name}... 5"[:6]))
        two.write(tree, "ten.txt", TEN.replace("line 5", f"{tree.name} sa 5"[:6]))
        assert len((tree / "ten.txt").read_text()) == len(TEN)
    [found] = two.between()
    assert found.ours == ((5, 5),)
