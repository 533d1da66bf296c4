"""What counts as being in the base: content that came in any way, unless a part is missing or was undone since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mcp_server.adapters.git.work.content import arrival
from tests.adapters.git_repositories import git, git_repository

TEN = [f"line {number}" for number in range(1, 11)]


class Repo:
    """A repository on main, in which the branch `work` changed lines 2 and 3 of `ten` and added `new`."""

    def __init__(self, folder: Path) -> None:
        self.root = git_repository(folder)
        self.write("ten", *TEN)
        self.start = self.commit("ten lines")
        self.git("switch", "--quiet", "--create", "work")
        self.write("ten", TEN[0], "TWO", *TEN[2:])
        self.commit("second line")
        self.write("ten", TEN[0], "TWO", "THREE", *TEN[3:])
        self.write("new", "added")
        self.tip = self.commit("third line and a file")
        self.git("switch", "--quiet", "main")

    def git(self, *words: str) -> str:
        return git(self.root, *words)

    def write(self, name: str, *lines: str) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text("".join(f"{line}\n" for line in lines))

    def commit(self, words: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", words)
        return self.git("rev-parse", "HEAD")

    def elsewhere(self, words: str = "elsewhere") -> str:
        self.write(f"files/{words}", words)
        return self.commit(words)

    def squash(self) -> str:
        self.git("merge", "--quiet", "--squash", "work")
        return self.commit("All of it (#12)")

    @property
    def arrived(self) -> bool:
        return arrival(str(self.root), self.tip, self.git("rev-parse", "main"), start=self.start).is_complete


@pytest.fixture
def repo(root: Path) -> Repo:
    return Repo(root / "repo")


def rebased(repo: Repo) -> None:
    repo.elsewhere()
    repo.git("cherry-pick", f"{repo.start}..work")


def by_hand(repo: Repo) -> None:
    repo.write("ten", TEN[0], "TWO", "THREE", *TEN[3:])
    repo.write("new", "added")
    repo.commit("typed in")


def pulled(repo: Repo) -> None:
    repo.git("switch", "--quiet", "--create", "remote")
    repo.git("merge", "--quiet", "--no-ff", "--no-edit", "work")
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--ff-only", "remote")


def on_another_branch_first(repo: Repo) -> None:
    repo.git("switch", "--quiet", "--create", "release")
    repo.squash()
    repo.git("switch", "--quiet", "main")
    repo.elsewhere()
    repo.git("merge", "--quiet", "--no-ff", "--no-edit", "release")


WAYS: dict[str, Callable[[Repo], object]] = {
    "squashed": Repo.squash,
    "squashed onto a base that moved": lambda repo: (repo.elsewhere(), repo.squash()),
    "rebased": rebased,
    "by hand": by_hand,
    "pulled": pulled,
    "fast-forward": lambda repo: repo.git("merge", "--quiet", "--ff-only", "work"),
    "on another branch first": on_another_branch_first,
}


@pytest.mark.parametrize("way", WAYS)
def test_content_that_came_in_any_way_is_there_and_stays_when_the_base_goes_on(repo: Repo, way: str) -> None:
    assert not repo.arrived
    WAYS[way](repo)
    assert repo.arrived
    repo.elsewhere("later")
    assert repo.arrived
    repo.write("ten", TEN[0], "two and a half", *TEN[4:])
    repo.commit("the same lines again")
    assert repo.arrived
    repo.git("mv", "new", "renamed")
    repo.commit("renamed")
    assert repo.arrived


@pytest.mark.parametrize("way", WAYS)
def test_what_the_base_reverted_is_not_there_until_that_is_reverted_too(repo: Repo, way: str) -> None:
    WAYS[way](repo)
    came = repo.git("rev-parse", "HEAD")
    merge = ["-m", "1"] if " " in repo.git("rev-list", "--parents", "-1", came).partition(" ")[2] else []
    repo.elsewhere("later")
    repo.git("revert", "--no-edit", *merge, came)
    assert not repo.arrived
    repo.elsewhere("later still")
    assert not repo.arrived
    repo.git("revert", "--no-edit", "HEAD~1")
    assert repo.arrived


@pytest.mark.parametrize("way", ["squashed", "rebased", "by hand", "on another branch first"])
@pytest.mark.parametrize("part", ["lines", "file"])
def test_nor_is_what_somebody_took_out_by_hand(repo: Repo, way: str, part: str) -> None:
    WAYS[way](repo)
    if part == "lines":
        repo.write("ten", *TEN, "an eleventh line")
    else:
        (repo.root / "new").unlink()
    repo.commit("taken out")
    assert not repo.arrived


def test_a_part_of_it_is_not_all_of_it(repo: Repo) -> None:
    repo.git("cherry-pick", "work~1")
    assert not repo.arrived
    repo.git("checkout", "work", "--", "ten")
    repo.commit("the other line, without the file")
    assert not repo.arrived
    repo.git("checkout", "work", "--", "new")
    repo.commit("and the file")
    assert repo.arrived


def test_more_work_after_a_squash_is_not_there(repo: Repo) -> None:
    repo.squash()
    repo.git("switch", "--quiet", "work")
    repo.write("more", "more")
    repo.tip = repo.commit("more")
    repo.git("switch", "--quiet", "main")
    assert not repo.arrived


def test_a_branch_that_merged_its_base_is_known_by_its_own_work(repo: Repo) -> None:
    repo.elsewhere()
    repo.git("switch", "--quiet", "work")
    repo.git("merge", "--quiet", "--no-edit", "main")
    repo.tip = repo.git("rev-parse", "HEAD")
    repo.git("switch", "--quiet", "main")
    assert not repo.arrived
    repo.squash()
    repo.write("ten", "all new")
    repo.commit("rewritten")
    assert repo.arrived


def test_commits_that_change_nothing_in_the_end_lack_nothing(repo: Repo) -> None:
    repo.git("switch", "--quiet", "work")
    repo.git("revert", "--no-edit", "HEAD", "HEAD~1")
    repo.tip = repo.git("rev-parse", "HEAD")
    repo.git("switch", "--quiet", "main")
    assert repo.arrived


def test_a_branch_without_commits_is_not_undone_by_a_revert_of_where_it_began(repo: Repo) -> None:
    repo.tip = repo.start
    repo.git("revert", "--no-edit", repo.start)
    assert repo.arrived


def test_an_unrelated_history_is_not_there(repo: Repo) -> None:
    repo.git("switch", "--quiet", "--orphan", "other")
    repo.write("other", "x")
    repo.tip = repo.commit("other")
    repo.git("switch", "--quiet", "main")
    assert not repo.arrived


def test_the_question_leaves_nothing_in_the_repository(repo: Repo) -> None:
    repo.write("ten", *TEN, "eleven")
    repo.commit("beside it")
    before = repo.git("count-objects", "-v")
    assert not repo.arrived
    assert repo.git("count-objects", "-v") == before
