"""What was done for a task, as git tells it: in a worktree of its own, and in a checkout that others work in too."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.git import runner
from mcp_server.adapters.git.review import GitWorks
from mcp_server.domain.worktree import Worktree
from mcp_server.ports.reviews import Begin, Changes
from tests.adapters.git.test_commits import MOMENT, commit
from tests.adapters.git_repositories import git


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with a commit of long ago, on main."""
    root = tmp_path / "repo"
    (root / "src").mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch=main")
    (root / "src/old").write_text("one\ntwo\n")
    (root / "docs").write_text("docs\n")
    commit(root, "first", MOMENT)
    return root


def works(root: Path) -> GitWorks:
    return GitWorks(str(root), str(root / ".git/interlock"))


def begun(root: Path, *scope: str) -> Begin:
    return Begin(None, str(root), scope, MOMENT + 10)


@pytest.fixture
def tree(repo: Path, tmp_path: Path) -> Begin:
    """A worktree with a commit and an uncommitted change; its base has moved on since."""
    folder, start = tmp_path / "T1", git(repo, "rev-parse", "HEAD")
    git(repo, "worktree", "add", "--quiet", "-b", "t1", str(folder))
    (folder / "src/old").write_text("one\n")
    commit(folder, "work", MOMENT + 20)
    (folder / "src/old").write_text("one\nthree\n")
    (folder / "src/new").write_text("new\n")
    (repo / "docs").write_text("moved on\n")
    commit(repo, "moved on", MOMENT + 30)
    return Begin(Worktree("T1", str(folder), "t1", "main", start, "T1", "ready", 0.0, (), None), "", ("src",), 0.0)


def test_in_a_checkout_what_was_committed_in_the_scope_since_work_began_and_what_is_not(repo: Path) -> None:
    assert works(repo).changes(begun(repo, "src/**")) == Changes(0, 0, 0)
    (repo / "src/old").write_text("one\n")
    (repo / "docs").write_text("not ours\n")
    commit(repo, "work", MOMENT + 10)
    (repo / "src/more").write_text("a\nb\n")
    git(repo, "add", "src/more")
    (repo / "src/unknown").write_text("x\n")
    assert works(repo).changes(begun(repo, "src/**")) == Changes(2, 2, 1, 1)
    assert works(repo).changes(begun(repo, "src/**", "!src/more")) == Changes(1, 0, 1, 1)
    assert works(repo).changes(begun(repo)) == Changes(0, 0, 0), "a task for reading changes nothing"


def test_without_an_earlier_commit_all_of_the_scope_is_new(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "src").write_text("a\n")
    git(tmp_path, "add", "src")
    assert works(tmp_path).changes(begun(tmp_path, "src")) == Changes(1, 1, 0)


def test_outside_git_nothing_can_be_told(tmp_path: Path) -> None:
    assert works(tmp_path).changes(begun(tmp_path, "src")) is None


def test_in_a_worktree_what_its_branch_has_beyond_its_base(repo: Path, tree: Begin) -> None:
    assert works(repo).changes(tree) == Changes(1, 1, 1, 1)
    git(repo, "worktree", "remove", "--force", str(tree.worktree and tree.worktree.path))
    assert works(repo).changes(tree) == Changes(1, 0, 1), "what was committed is still there"
    git(repo, "branch", "--quiet", "-D", "t1")
    assert works(repo).changes(tree) is None


def test_once_it_was_merged_it_is_what_was_done_since_its_start(repo: Path, tree: Begin) -> None:
    git(repo, "merge", "--quiet", "--no-edit", "t1")
    found = works(repo).changes(tree)
    assert found is not None
    assert (found.files, found.removed) == (1, 1)


def test_the_difference_is_shown_by_the_persons_own_git(
    repo: Path, tree: Begin, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert works(repo).show(tree, editor=False) is True
    shown = capfd.readouterr().out
    assert "-two" in shown
    assert "+three" in shown
    assert "new, and not known to git: src/new" in shown
    assert "moved on" not in shown
    monkeypatch.setenv("GIT_EDITOR", f"cp -t {tmp_path}")
    assert works(repo).show(tree, editor=True) is True
    [patch] = tmp_path.glob("*.diff")
    assert "+three" in patch.read_text()
    monkeypatch.setenv("GIT_EDITOR", "false")
    assert works(repo).show(tree, editor=True) is True, "it was shown, however that ended"
    git(repo, "config", "diff.tool", "mine")
    git(repo, "config", "difftool.mine.cmd", 'cat "$REMOTE"/src/old')
    git(repo, "config", "difftool.prompt", "false")
    capfd.readouterr()
    assert works(repo).show(tree, editor=True) is True
    assert "three" in capfd.readouterr().out


def test_with_nothing_to_show_it_says_so(repo: Path, tmp_path: Path) -> None:
    assert works(repo).show(begun(repo, "src"), editor=False) is False
    with pytest.raises(runner.GitRefused):
        works(tmp_path).show(begun(tmp_path, "src"), editor=False)
