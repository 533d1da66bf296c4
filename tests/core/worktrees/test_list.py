"""The list of worktrees: who is working where, what is not merged, and what is wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.worktrees.list import WorktreeState, list_worktrees
from tests.adapters.git_repositories import git
from tests.git_workspace import GitWorkspace, git_workspace_in, isolate_git
from tests.workspace import Workspace


@pytest.fixture
def git_workspace(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitWorkspace:
    isolate_git(monkeypatch, tmp_path / "home")
    return git_workspace_in(workspace, tmp_path)


def listed(git_workspace: GitWorkspace) -> dict[str, WorktreeState]:
    return {one.name: one for one in list_worktrees(git_workspace.place, git_workspace.trees())}


def test_all_worktrees_are_listed_whoever_made_them(git_workspace: GitWorkspace) -> None:
    made = git_workspace.made("one")
    git_workspace.set_up(made)
    git(git_workspace.root, "worktree", "add", "--quiet", "-b", "hand", str(git_workspace.root.parent / "by hand"))
    git_workspace.commit(git_workspace.root, "b.txt")
    git_workspace.commit(Path(made.path), "c.txt")
    (Path(made.path) / "d.txt").write_text("")

    found = listed(git_workspace)

    assert list(found) == ["repo", "one", "by hand"] or list(found) == ["repo", "by hand", "one"]
    main, one, hand = found["repo"], found["one"], found["by hand"]
    assert (main.is_main, main.branch, main.ahead, main.state) == (True, "main", None, "ready")
    assert (one.branch, one.base, one.uncommitted, one.ahead, one.behind) == ("one", "main", 1, 1, 1)
    assert (hand.branch, hand.base, hand.uncommitted, hand.ahead, hand.behind) == ("hand", None, 0, 0, 1)


def test_work_left_by_a_dead_agent_is_reported_and_a_live_agent_is_named(git_workspace: GitWorkspace) -> None:
    made = git_workspace.made("one")
    git_workspace.set_up(made)
    (Path(made.path) / "half.txt").write_text("half")
    git_workspace.workspace.recognise(
        Caller("s1", title="ada", worktree=made.path, process=git_workspace.workspace.processes.identify(7))
    )
    assert (listed(git_workspace)["one"].agents, listed(git_workspace)["one"].state) == (("ada",), "ready")
    git_workspace.workspace.kill(7)
    assert listed(git_workspace)["one"].agents == ()
    assert listed(git_workspace)["one"].state.startswith("left behind by ada, last seen 2027-")


def test_interrupted_and_missing_worktrees_are_reported(git_workspace: GitWorkspace) -> None:
    for name in ("making", "removing", "ready"):
        made = git_workspace.made(name)
        with git_workspace.workspace.store.writing() as books:
            books.worktrees.move(made.name, made.name)  # type: ignore[arg-type]  # the names are the states
    shutil.rmtree(git_workspace.root.parent / git_workspace.made("gone").path)
    hand = git_workspace.root.parent / "hand"
    git(git_workspace.root, "worktree", "add", "--quiet", str(hand))
    git(git_workspace.root, "worktree", "lock", "--reason", "on a stick", str(hand))
    states = {name: one.state for name, one in listed(git_workspace).items()}
    assert states["making"] == "half created"
    assert states["removing"] == "half removed"
    assert states["ready"] == "not set up yet"
    assert states["gone"].startswith("missing: ")
    assert states["hand"] == "locked: on a stick"
