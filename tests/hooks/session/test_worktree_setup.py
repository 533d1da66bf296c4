"""A session in a worktree that somebody else created: it is set up in the background."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from mcp_server.core.workplace import Workplace
from mcp_server.core.worktrees.ports import allocate
from mcp_server.domain.settings import Settings, WorktreeSettings
from tests.adapters.git_repositories import git
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks

BEING_SET_UP = "This worktree is being set up in the background"


@pytest.fixture
def tree(repo: Path) -> Path:
    (repo / "src" / "a.py").write_text("")
    (repo / ".gitignore").write_text("node_modules\n")
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "--message", "first")
    git(repo, "worktree", "add", "--quiet", str(repo.parent / "tree"))
    return Path(os.path.realpath(repo.parent / "tree"))


def started(hooks: Hooks, tree: Path, event: str = "SessionStart", **fields: str) -> str:
    told = hooks.send(event, cwd=str(tree), **fields)
    assert (told.code, told.stderr) == (0, "")
    context = str(told.json["hookSpecificOutput"]["additionalContext"])
    assert len(context) <= 1_500
    return context


def settings(repo: Path, text: str) -> None:
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text(text)


def command_of_its_own(repo: Path, tree: Path) -> None:
    """The set-up writes to a pipe, so that only a test that reads it waits for the set-up."""
    os.mkfifo(tree.parent / "done")
    settings(repo, f"[worktree]\nsetup = ['echo $PWD > {tree.parent}/done']\nports = {{PORT = 3000}}\n")


def test_a_worktree_is_set_up_without_delaying_the_session(hooks: Hooks, work: Work, repo: Path, tree: Path) -> None:
    work.agent("s0")
    command_of_its_own(repo, tree)
    told = started(hooks, tree, source="startup")  # it would wait for good if it waited for the pipe
    assert BEING_SET_UP in told
    assert (tree.parent / "done").read_text() == f"{tree}\n"


def test_the_worktree_of_a_subagent_is_set_up_too(hooks: Hooks, work: Work, repo: Path, tree: Path) -> None:
    work.agent("s1")
    command_of_its_own(repo, tree)
    assert BEING_SET_UP in started(hooks, tree, "SubagentStart", agent_id="a1", agent_type="Explore")
    assert (tree.parent / "done").read_text() == f"{tree}\n"


def test_no_set_up_is_started_in_the_main_worktree_or_in_a_complete_one(
    hooks: Hooks, work: Work, repo: Path, tree: Path
) -> None:
    work.agent("s0")
    assert BEING_SET_UP not in started(hooks, tree, source="startup")
    (repo / "node_modules").mkdir()
    assert BEING_SET_UP not in started(hooks, repo, source="startup")
    (tree / "node_modules").mkdir()
    assert BEING_SET_UP not in started(hooks, tree, source="startup")


@pytest.mark.parametrize("text", ["[worktree]\nprepare = false\n", "mode = 1\n"])
def test_no_set_up_is_started_if_switched_off_or_with_broken_settings(
    hooks: Hooks, work: Work, repo: Path, tree: Path, text: str
) -> None:
    work.agent("s0")
    (repo / "node_modules").mkdir()
    settings(repo, text)
    assert BEING_SET_UP not in hooks.send("SessionStart", cwd=str(tree), source="startup").output


def test_the_sessions_shells_get_the_variables_of_its_worktree(
    hooks: Hooks, work: Work, repo: Path, tree: Path, tmp_path: Path
) -> None:
    with work.store.writing() as books:
        books.worktrees.add("one", str(tree), branch="tree", base="main", start="", task=None)
        books.worktrees.move("one", "ready")
    wanted = Settings(worktree=WorktreeSettings(ports=(("PORT", 3000),), names=(("DB", "app"),)))
    place = Workplace(work.store, work.place.processes, work.place.checkout, lambda: wanted)
    allocate(place, "one", "one", lambda _port: True)
    hooks.environment["CLAUDE_ENV_FILE"] = str(tmp_path / "env")

    assert BEING_SET_UP not in started(hooks, tree, source="startup")

    lines = (tmp_path / "env").read_text().splitlines()
    assert "export PORT='3000'" in lines
    assert "export DB='app_one'" in lines
    assert json.dumps(lines).count("export PORT") == 1
