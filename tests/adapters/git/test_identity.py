"""The identity of real repositories: clones, forks, shallow clones, mirrors by path, several histories."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mcp_server.adapters.git.identity import identity, is_shallow
from mcp_server.adapters.git.runner import GitRefused
from mcp_server.domain.machines.identity import Identity, Known, is_same
from tests.adapters.git_repositories import git, git_repository
from tests.git_workspace import isolate_git

NOBODY = Known(None, frozenset(), frozenset())


@pytest.fixture(autouse=True)
def _own_git(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    isolate_git(monkeypatch, home)
    monkeypatch.delenv("GIT_CONFIG_GLOBAL")  # what is in this home counts


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """The team's repository, bare, with two commits."""
    root = git_repository(tmp_path / "first")
    (root / "a").write_text("a")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=second")
    git(tmp_path, "clone", "--quiet", "--bare", "first", "team.git")
    return tmp_path / "team.git"


def clone(team: Path, name: str, *options: str) -> Path:
    git(team.parent, "clone", "--quiet", *options, f"file://{team}", name)
    return team.parent / name


def meet(one: Path, other: Path) -> bool:
    return is_same(NOBODY.with_another(identity(str(one))), identity(str(other)))


def test_two_clones_meet_and_their_subfolders_and_worktrees_are_the_same(team: Path) -> None:
    one, two = clone(team, "one"), clone(team, "two")
    assert meet(one, two)
    git(one, "worktree", "add", "--quiet", "../linked", "-b", "work")
    (one / "sub").mkdir()
    assert identity(str(one)) == identity(str(team.parent / "linked")) == identity(str(one / "sub"))
    assert identity(str(one)).root == git(one, "rev-list", "--max-parents=0", "HEAD")


def test_a_clone_under_another_remote_name_is_the_same(team: Path) -> None:
    assert meet(clone(team, "one"), clone(team, "two", "--origin", "company"))


def test_of_several_remotes_it_was_cloned_from_the_one_of_its_branch(team: Path) -> None:
    one = clone(team, "one", "--origin", "company")
    git(one, "remote", "add", "archive", "https://archive.example.org/p.git")
    found = identity(str(one))
    assert found.origin == str(team).removesuffix(".git")
    assert "archive.example.org/p" in found.remotes


def test_a_fork_whose_upstream_is_the_teams_meets_it_and_another_teams_fork_does_not(team: Path) -> None:
    shutil.copytree(team, team.parent / "fork.git")
    shutil.copytree(team, team.parent / "other.git")
    mine, ours, theirs = clone(team, "mine"), clone(team.parent / "fork.git", "ours"), clone(team, "theirs")
    git(ours, "remote", "add", "upstream", str(team))
    git(theirs, "remote", "set-url", "origin", str(team.parent / "other.git"))
    assert meet(mine, ours)
    assert meet(ours, mine)
    assert not meet(mine, theirs)


def test_a_shallow_clone_has_no_root_and_is_told_by_its_remote(team: Path) -> None:
    shallow = clone(team, "shallow", "--depth=1")
    assert is_shallow(str(shallow))
    assert identity(str(shallow)).root is None
    assert meet(clone(team, "whole"), shallow)
    assert not is_shallow(str(team))


def test_without_remotes_the_first_commit_decides(tmp_path: Path) -> None:
    one = git_repository(tmp_path / "one")
    shutil.copytree(one, tmp_path / "copy")
    other = git_repository(tmp_path / "other")
    git(other, "commit", "--quiet", "--amend", "--message=another")
    assert identity(str(one)) == Identity(git(one, "rev-parse", "HEAD"), None, frozenset())
    assert meet(one, tmp_path / "copy")
    assert not meet(one, other)


def test_before_the_first_commit_nothing_tells_it(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "empty")
    assert identity(str(tmp_path / "empty")) == Identity(None, None, frozenset())


def test_of_several_beginnings_the_one_of_the_main_line_counts_whatever_is_checked_out(team: Path) -> None:
    one, two = clone(team, "one"), clone(team, "two")
    git(two, "checkout", "--quiet", "--orphan", "pages")
    git(two, "commit", "--quiet", "--message=pages")
    git(two, "checkout", "--quiet", "main")
    git(two, "merge", "--quiet", "--allow-unrelated-histories", "pages", "--message=both")
    assert len(git(two, "rev-list", "--max-parents=0", "HEAD").split()) == 2
    assert meet(one, two)
    git(two, "checkout", "--quiet", "pages")
    assert meet(one, two)


def test_paths_are_compared_by_where_they_lead(team: Path) -> None:
    (team.parent / "link").symlink_to(team)
    one, two, three = clone(team, "one"), clone(team, "two"), clone(team, "three")
    git(two, "remote", "set-url", "origin", str(team.parent / "link"))
    git(three, "remote", "set-url", "origin", "../team.git/")
    assert meet(one, two)
    assert meet(one, three)


def test_addresses_are_resolved_as_git_does_and_secrets_are_left_out(team: Path, tmp_path: Path) -> None:
    one = clone(team, "one")
    git(one, "remote", "set-url", "origin", "https://anna:s3cret@git.example.com/team/p.git")
    two = clone(team, "two")
    git(two, "remote", "set-url", "origin", "work:team/p")
    (tmp_path / "home" / ".gitconfig").write_text('[url "ssh://git@git.example.com/"]\n\tinsteadOf = "work:"\n')
    assert identity(str(one)).origin == identity(str(two)).origin == "git.example.com/team/p"
    assert "s3cret" not in repr(identity(str(one)))
    assert meet(one, two)


def test_replaced_commits_and_variables_of_git_change_nothing(team: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = clone(team, "one")
    before = identity(str(one))
    git(one, "replace", "--graft", "HEAD")
    monkeypatch.setenv("GIT_DIR", str(team))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'remote.origin.url'='https://elsewhere.example.org/x'")
    assert identity(str(one)) == before


def test_outside_git_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(GitRefused):
        identity(str(tmp_path / "home"))
