"""Repairing worktrees that were interrupted, moved or deleted; work is never deleted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mcp_server.core.worktrees import repair
from mcp_server.core.worktrees.ports import allocate
from mcp_server.domain.errors import Misuse
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.worktree import EVERYTHING
from tests.adapters.git_repositories import git
from tests.git_workspace import GitWorkspace, git_workspace_in, isolate_git
from tests.workspace import Workspace


@pytest.fixture
def git_workspace(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitWorkspace:
    isolate_git(monkeypatch, tmp_path / "home")
    return git_workspace_in(workspace, tmp_path)


def tended(git_workspace: GitWorkspace, name: str | None = None) -> dict[str, tuple[str, str]]:
    return {
        one.name: (one.what, one.words)
        for one in repair.repair_worktrees(git_workspace.place, git_workspace.trees(), name)
    }


def prepared(git_workspace: GitWorkspace, name: str) -> Path:
    made = git_workspace.made(name)
    git_workspace.set_up(made)
    return Path(made.path)


def test_a_worktree_in_order_is_left_alone(git_workspace: GitWorkspace) -> None:
    prepared(git_workspace, "one")
    git(git_workspace.root, "worktree", "add", "--quiet", str(git_workspace.root.parent / "hand"))
    assert tended(git_workspace) == {"one": ("fine", "nothing to do")}
    with pytest.raises(Misuse, match="no worktree 'two'"):
        tended(git_workspace, "two")


def test_steps_that_are_left_are_carried_out(git_workspace: GitWorkspace) -> None:
    made = git_workspace.made("one")
    (one,) = repair.repair_worktrees(git_workspace.place, git_workspace.trees())
    assert (one.what, one.lacking) == ("finished", made)


def test_a_worktree_whose_folder_is_gone_is_forgotten_and_its_branch_stays(git_workspace: GitWorkspace) -> None:
    git_workspace.workspace.settings = git_workspace.workspace.settings._replace(
        worktree=WorktreeSettings(ports=(("PORT", 3000),))
    )
    tree = prepared(git_workspace, "one")
    allocate(git_workspace.place, "one", "one", lambda _port: True)
    shutil.rmtree(tree)

    assert tended(git_workspace) == {"one": ("forgotten", "its folder is gone; the branch one stays")}

    assert (git_workspace.known("one"), git_workspace.workspace.leases(), len(git_workspace.trees().listed())) == (
        None,
        [],
        1,
    )
    assert git(git_workspace.root, "branch", "--format=%(refname:short)").split() == ["main", "one"]


def test_one_of_somebody_elses_that_git_calls_prunable_is_left_to_them(git_workspace: GitWorkspace) -> None:
    hand = git_workspace.root.parent / "hand"
    git(git_workspace.root, "worktree", "add", "--quiet", str(hand))
    shutil.rmtree(hand)
    assert tended(git_workspace) == {}
    assert git_workspace.trees().listed()[1].prunable is not None


def test_a_worktree_that_was_moved_is_found_again(git_workspace: GitWorkspace) -> None:
    tree = prepared(git_workspace, "one")
    tree.rename(tree.with_name("moved"))
    assert tended(git_workspace) == {"one": ("fine", "nothing to do")}
    known = git_workspace.known("one")
    assert known is not None
    assert known.path == str(tree.with_name("moved"))
    assert git(tree.with_name("moved"), "status", "--porcelain") == ""


def test_a_half_made_one_is_finished_and_a_half_removed_one_removed(git_workspace: GitWorkspace) -> None:
    prepared(git_workspace, "made")
    prepared(git_workspace, "removed")
    with git_workspace.workspace.store.writing() as books:
        books.worktrees.move("made", "making")
        books.worktrees.move("removed", "removing")
    assert {name: what for name, (what, _) in tended(git_workspace).items()} == {
        "made": "finished",
        "removed": "removed",
    }
    assert git(git_workspace.root, "branch", "--format=%(refname:short)").split() == ["made", "main"]


def test_uncommitted_changes_in_a_half_removed_worktree_are_kept_and_named(git_workspace: GitWorkspace) -> None:
    tree = prepared(git_workspace, "one")
    with git_workspace.workspace.store.writing() as books:
        books.worktrees.move("one", "removing")
    (tree / "new.txt").write_text("mine")
    assert tended(git_workspace) == {"one": ("left", "it was being removed and has uncommitted changes: new.txt")}
    assert (tree / "new.txt").read_text() == "mine"


def test_a_worktree_that_somebody_else_made_is_adopted_by_its_path(git_workspace: GitWorkspace) -> None:
    hand = git_workspace.root.parent / "hand"
    git(git_workspace.root, "worktree", "add", "--quiet", str(hand))
    one = repair.adopt(git_workspace.place, git_workspace.trees(), str(hand))
    assert one is not None
    assert one.lacking is not None
    assert (one.what, one.lacking.branch, one.lacking.base, one.lacking.undone) == (
        "adopted",
        "hand",
        "main",
        (EVERYTHING,),
    )
    git_workspace.set_up(one.lacking)
    again = repair.adopt(git_workspace.place, git_workspace.trees(), str(hand))
    assert again is not None
    assert again.what == "fine"


def test_the_main_worktree_is_never_adopted(git_workspace: GitWorkspace) -> None:
    assert repair.adopt(git_workspace.place, git_workspace.trees(), str(git_workspace.root)) is None
    assert repair.adopt(git_workspace.place, git_workspace.trees(), str(git_workspace.root.parent)) is None


def test_what_the_client_removed_with_git_gives_its_port_to_the_next(git_workspace: GitWorkspace) -> None:
    git_workspace.workspace.settings = git_workspace.workspace.settings._replace(
        worktree=WorktreeSettings(ports=(("PORT", 3000),))
    )
    for name in ("agent-1", "agent-2"):
        path = git_workspace.root.parent / name
        git(git_workspace.root, "worktree", "add", "--quiet", str(path))
        one = repair.adopt(git_workspace.place, git_workspace.trees(), str(path))
        assert one is not None
        assert one.lacking is not None
        assert git_workspace.set_up(one.lacking).given == {"PORT": "3000"}
        git(git_workspace.root, "worktree", "remove", "--force", str(path))
    git_workspace.made("one")
    assert git_workspace.workspace.leases() == []
    assert git_workspace.known("agent-2") is None
