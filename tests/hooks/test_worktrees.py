"""The guard in a repository with worktrees: an agent that works in one writes in no other, with any tool."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mcp_server.core.agents.register import Caller, recognise
from mcp_server.sandbox import record
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks
from tests.sandbox.sandbox_repo import CAN_CONFINE


@pytest.fixture
def trees(hooks: Hooks, work: Work, repo: Path) -> dict[str, Path]:
    """Task T1 in a worktree below the main checkout, where s1 works, and T2 in another, where s2 does."""
    git = ["git", "-C", str(repo), "-c", "user.name=T", "-c", "user.email=t@example.invalid"]
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "Start"], check=True)
    found = {"main": repo}
    for session, scope in (("s1", "src/auth/**"), ("s2", "src/api/**")):
        found[session] = repo / ".claude" / "worktrees" / f"{session} ü"
        subprocess.run(
            [*git, "worktree", "add", "--quiet", "-b", session, str(found[session])], check=True, capture_output=True
        )
        (found[session] / "src" / "auth").mkdir(parents=True)
        with work.store.writing() as books:
            agent = recognise(books, Caller(session, title=session, worktree=str(found[session]))).id
        task = work.claim(agent, scope)
        with work.store.writing() as books:
            books.worktrees.add(task, str(found[session]), branch=task, base="main", start="c0ffee", task=task)
    return found


@pytest.mark.parametrize("other", ["main", "s2"])
def test_an_edit_by_absolute_path_stays_in_the_worktree_of_the_task(
    trees: dict[str, Path], hooks: Hooks, other: str
) -> None:
    own = trees["s1"]
    assert hooks.edit(own / "src/auth/x.py", cwd=str(own)).output == ""

    said = hooks.edit(trees[other] / "src/auth/x.py", cwd=str(own))

    assert said.decision == "deny"
    assert f"is in {trees[other]}" in said.reason
    assert f"Your own worktree is {own}" in said.reason


@pytest.mark.parametrize("other", ["main", "s2"])
@pytest.mark.parametrize(
    "command", ["echo x > '{0}/src/auth/x.py'", "cd '{0}' && touch src/auth/x.py", "git -C '{0}' add -A"]
)
def test_a_command_stays_in_the_worktree_of_the_task(
    trees: dict[str, Path], hooks: Hooks, other: str, command: str
) -> None:
    own = trees["s1"]
    assert hooks.before(command.format(own), cwd=str(own)).output == ""

    said = hooks.before(command.format(trees[other]), cwd=str(own))

    assert said.decision == "deny"
    assert str(trees[other]) in said.reason or "in which s2" in said.reason


def test_a_shell_in_another_worktree_writes_nothing_there(trees: dict[str, Path], hooks: Hooks) -> None:
    said = hooks.before("touch src/auth/x.py", cwd=str(trees["main"]))

    assert said.decision == "deny"
    assert f"Your own worktree is {trees['s1']}" in said.reason


@pytest.mark.skipif(not CAN_CONFINE, reason="this kernel has no Landlock")
def test_code_that_cannot_be_read_is_confined_to_the_worktree_of_the_task(
    trees: dict[str, Path], hooks: Hooks, work: Work
) -> None:
    hooks.environment["CLAUDE_ENV_FILE"] = str(trees["main"].parent / "env")
    hooks.send("SessionStart", source="startup", cwd=str(trees["s1"]))

    assert hooks.before("python3 x.py", cwd=str(trees["main"])).output == ""

    kept = record.read(record.folder(str(work.file.parent), "s1"), "b1")
    assert kept is not None
    assert (kept.root, kept.cwd) == (str(trees["s1"]), str(trees["main"]))


def test_from_the_main_checkout_nothing_is_written_where_somebody_works(trees: dict[str, Path], hooks: Hooks) -> None:
    hooks.session = "s3"
    assert hooks.edit(trees["main"] / "docs/x").output == ""
    assert "where s2 is working on task T2" in hooks.edit(trees["s2"] / "docs/x").reason
