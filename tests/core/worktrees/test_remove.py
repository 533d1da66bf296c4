"""Removing worktrees: when it is refused, what is deleted, and what is released."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.worktrees.list import list_worktrees
from mcp_server.core.worktrees.ports import allocate
from mcp_server.core.worktrees.remove import Kept, Removed, find, remove_worktree
from mcp_server.domain.agent import Process
from mcp_server.domain.errors import Misuse
from mcp_server.domain.settings import WorktreeSettings
from mcp_server.domain.worktree import Worktree
from tests.adapters.git_repositories import git, git_repository
from tests.git_workspace import GitWorkspace, git_workspace_in, isolate_git
from tests.workspace import Workspace, task


@pytest.fixture
def git_workspace(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitWorkspace:
    isolate_git(monkeypatch, tmp_path / "home")
    return git_workspace_in(workspace, tmp_path)


def remove(git_workspace: GitWorkspace, name: str, *, force: bool = False, keep_branch: bool = False) -> Removed:
    by = git_workspace.workspace.recognise(Caller(session="person:pat", title="pat", kind="person")) if force else None
    outcome = remove_worktree(git_workspace.place, git_workspace.trees(), name, forced_by=by, keep_branch=keep_branch)
    assert isinstance(outcome, Removed), outcome
    return outcome


def kept(git_workspace: GitWorkspace, name: str) -> str:
    """Why a worktree is not removed; it stays as it is."""
    outcome = remove_worktree(git_workspace.place, git_workspace.trees(), name)
    assert isinstance(outcome, Kept), outcome
    assert Path(outcome.path).is_dir()
    return outcome.reason


def branches(git_workspace: GitWorkspace) -> list[str]:
    return git(git_workspace.root, "branch", "--format=%(refname:short)").split()


def test_a_merged_worktree_is_removed_with_its_branch(git_workspace: GitWorkspace) -> None:
    made = git_workspace.made("one")
    (Path(made.path) / "node_modules").mkdir()
    git(git_workspace.root, "config", "core.excludesFile", str(_written(git_workspace, "node_modules\n")))
    (Path(made.path) / "node_modules" / "a.js").write_text("")

    outcome = remove(git_workspace, "one")

    assert outcome.branch == "the branch one is gone with it"
    assert not Path(made.path).exists()
    assert (branches(git_workspace), git_workspace.known("one")) == (["main"], None)
    assert len(git_workspace.trees().listed()) == 1
    assert not (git_workspace.root / ".claude" / "worktrees").exists()


@pytest.mark.parametrize("change", ["new", "changed", "deleted", "staged"])
def test_work_that_is_not_committed_keeps_it(git_workspace: GitWorkspace, change: str) -> None:
    tree = Path(git_workspace.made("one").path)
    if change == "new":
        (tree / "new.txt").write_text("")
    elif change == "deleted":
        (tree / "README.md").unlink()
    else:
        (tree / "README.md").write_text("changed")
    if change == "staged":
        git(tree, "add", "--all")
    assert "1 file(s) in it are not committed: " in kept(git_workspace, "one")
    assert remove(git_workspace, "one", force=True).path == str(tree)


def test_unmerged_commits_keep_it_and_even_force_keeps_the_branch(git_workspace: GitWorkspace) -> None:
    git_workspace.commit(Path(git_workspace.made("one").path), "b.txt")
    assert "1 commit(s) of one are not in main" in kept(git_workspace, "one")
    assert "the branch one stays: 1 commit(s) of it are not in main" in remove(git_workspace, "one", force=True).branch
    assert branches(git_workspace) == ["main", "one"]


@pytest.mark.parametrize("how", ["merge", "cherry-pick", "squash"])
def test_commits_merged_in_any_form_do_not_keep_it(git_workspace: GitWorkspace, how: str) -> None:
    tree = Path(git_workspace.made("one").path)
    for name in ("b.txt", "c.txt"):
        git_workspace.commit(tree, name, name)
    git_workspace.commit(git_workspace.root, "other.txt")
    if how == "merge":
        git(git_workspace.root, "merge", "--quiet", "--no-edit", "one")
    elif how == "cherry-pick":
        git(git_workspace.root, "cherry-pick", "main..one")
    else:
        git(git_workspace.root, "merge", "--quiet", "--squash", "one")
        git(git_workspace.root, "commit", "--quiet", "--message", "both")
    git_workspace.commit(git_workspace.root, "later.txt")
    assert "is gone with it" in remove(git_workspace, "one").branch
    assert branches(git_workspace) == ["main"]


def test_merged_work_does_not_keep_it_but_later_work_does(git_workspace: GitWorkspace) -> None:
    tree = Path(git_workspace.made("one").path)
    git_workspace.commit(tree, "b.txt", "one\n")
    git_workspace.commit(tree, "b.txt", "one\ntwo\n")
    git(git_workspace.root, "merge", "--quiet", "--squash", "one")
    git(git_workspace.root, "commit", "--quiet", "--message", "merged")
    merged = git(git_workspace.root, "rev-parse", "HEAD")
    git_workspace.commit(git_workspace.root, "b.txt", "rewritten on main\n")
    with git_workspace.workspace.store.writing() as books:
        books.worktrees.record_merge("one", merged)
    git_workspace.commit(tree, "c.txt")
    assert "not in main" in kept(git_workspace, "one")
    git(tree, "reset", "--quiet", "--hard", "HEAD~1")
    assert "is gone with it" in remove(git_workspace, "one").branch


def test_the_branch_can_be_kept(git_workspace: GitWorkspace) -> None:
    git_workspace.made("one")
    assert remove(git_workspace, "one", keep_branch=True).branch == "the branch one stays"
    assert branches(git_workspace) == ["main", "one"]


def test_a_worktree_with_a_live_agent_is_kept(git_workspace: GitWorkspace) -> None:
    made = git_workspace.made("one")
    git_workspace.workspace.recognise(
        Caller("s1", title="ada", worktree=made.path, process=git_workspace.workspace.processes.identify(7))
    )
    git_workspace.workspace.recognise(Caller("p", title="pat", worktree=made.path, kind="person"))
    assert kept(git_workspace, "one").startswith("ada is working there, last seen ")
    git_workspace.workspace.kill(7)
    remove(git_workspace, "one")


def test_a_worktree_is_found_by_all_its_names_and_nothing_else(git_workspace: GitWorkspace) -> None:
    git_workspace.workspace.plan(task("T7", "src/**"))
    made = git_workspace.made("T7")
    by_hand = git_workspace.root.parent / "by hand"
    git(git_workspace.root, "worktree", "add", "--quiet", "-b", "hand", str(by_hand))
    trees = git_workspace.trees()
    for name in ("T7", "T7-work-on-t7", made.path, made.path + "/"):
        assert find(git_workspace.place, trees, name).known == made
    assert find(git_workspace.place, trees, "hand").path == find(git_workspace.place, trees, "by hand").path
    for name, said in (
        ("repo", "which can.t be removed"),
        ("main", "which can.t be removed"),
        (str(git_workspace.root), "which can.t be removed"),
        ("x", "no"),
    ):
        with pytest.raises(Misuse, match=said):
            find(git_workspace.place, trees, name)
    git(
        git_workspace.root,
        "worktree",
        "add",
        "--quiet",
        "--detach",
        str(git_workspace.root.parent / "more" / "by hand"),
    )
    with pytest.raises(Misuse, match="give the path"):
        find(git_workspace.place, git_workspace.trees(), "by hand")


def test_one_that_was_made_by_hand_is_removed_by_the_same_rules(git_workspace: GitWorkspace) -> None:
    by_hand = git_workspace.root.parent / "hand"
    git(git_workspace.root, "worktree", "add", "--quiet", "--detach", str(by_hand))
    git_workspace.commit(by_hand, "b.txt")
    assert "is on no branch" in kept(git_workspace, "hand")
    git(git_workspace.root, "worktree", "lock", "--reason", "on a stick", str(by_hand))
    assert "it is locked (on a stick)" in kept(git_workspace, "hand")
    assert remove(git_workspace, "hand", force=True).branch == "it was on no branch"
    assert len(git_workspace.trees().listed()) == 1


def test_what_it_was_given_is_released(git_workspace: GitWorkspace) -> None:
    git_workspace.workspace.settings = git_workspace.workspace.settings._replace(
        worktree=WorktreeSettings(ports=(("PORT", 3000),))
    )
    git_workspace.made("one")
    assert allocate(git_workspace.place, "one", "one", lambda _port: True) == {"PORT": "3000"}
    remove(git_workspace, "one")
    assert git_workspace.workspace.leases() == []


def test_a_removal_that_was_broken_off_is_gone_on_with(git_workspace: GitWorkspace) -> None:
    made = half_removed(git_workspace)
    assert remove(git_workspace, "one").branch == "the branch one is gone with it"
    assert not Path(made.path).exists()


def test_work_that_came_into_a_half_removed_worktree_keeps_it(git_workspace: GitWorkspace) -> None:
    made = half_removed(git_workspace)
    (Path(made.path) / "new.txt").write_text("mine")
    assert "not committed: new.txt" in kept(git_workspace, "one")


def test_a_worktree_whose_folder_is_gone_is_removed(git_workspace: GitWorkspace) -> None:
    made = git_workspace.made("one")
    clearing_away(Path(made.path))
    assert remove(git_workspace, "one").branch == "the branch one is gone with it"
    assert len(git_workspace.trees().listed()) == 1


def test_commits_in_a_submodule_that_are_nowhere_else_keep_it(git_workspace: GitWorkspace) -> None:
    library = git_repository(git_workspace.root.parent / "library")
    git(git_workspace.root, "submodule", "--quiet", "add", str(library), "libs")
    git(git_workspace.root, "commit", "--quiet", "--message", "library")
    tree = Path(git_workspace.made("one").path)
    git(tree, "submodule", "--quiet", "update", "--init")
    git_workspace.commit(tree / "libs", "b.txt")
    git(tree, "commit", "--quiet", "--all", "--message", "newer")
    git(git_workspace.root, "merge", "--quiet", "one")
    assert "a submodule in it has commits that were not pushed" in kept(git_workspace, "one")
    git(tree / "libs", "push", "--quiet", "origin", "HEAD:refs/heads/side")
    remove(git_workspace, "one")


def half_removed(git_workspace: GitWorkspace) -> Worktree:
    """A worktree whose removal was killed when one file of it was gone."""
    made = git_workspace.made("one")
    with git_workspace.workspace.store.writing() as books:
        books.worktrees.move("one", "removing")
    (Path(made.path) / "README.md").unlink()
    return made


def clearing_away(folder: Path) -> None:
    """Somebody deletes the folder, and git does not know."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink()
    folder.rmdir()


def _written(git_workspace: GitWorkspace, text: str) -> Path:
    file = git_workspace.root.parent / "ignore"
    file.write_text(text)
    return file


@pytest.mark.parametrize(
    ("reason", "is_left"),
    [
        ("claude agent a1 (pid 77 start 4711)", True),
        ("claude session one (pid 77)", False),
        ("claude session one (pid 78)", True),
        ("claude agent a1 (pid 77 start Sat Nov 28 02:00:00 2026)", False),
        ("somebody's own (pid 78)", False),
        ("on a removable disk", False),
    ],
)
def test_the_lock_of_a_session_that_has_ended_keeps_nothing(
    git_workspace: GitWorkspace, monkeypatch: pytest.MonkeyPatch, reason: str, is_left: bool
) -> None:
    made = git_workspace.made("one")
    with git_workspace.workspace.store.writing() as books:
        books.worktrees.leave("one", ())
    git(git_workspace.root, "worktree", "lock", "--reason", reason, made.path)
    running = {77: Process("here", 77, "4712")}
    monkeypatch.setattr(git_workspace.workspace.processes, "identify", running.get)
    [_, listed] = list_worktrees(git_workspace.place, git_workspace.trees())
    assert listed.state == ("locked by a session that has ended" if is_left else f"locked: {reason}")
    if is_left:
        assert remove(git_workspace, "one").path == made.path
    else:
        assert "it is locked" in kept(git_workspace, "one")
