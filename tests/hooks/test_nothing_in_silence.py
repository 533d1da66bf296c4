"""Where the guard runs out of time, disk, or the state's lock, nothing passes in silence that had to be decided."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mcp_server.core.agents.register import Caller, recognise
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks, Said
from tests.sandbox.sandbox_repo import CAN_CONFINE

UNREADABLE = "python3 tool.py"
"""What it writes cannot be known from its text, so the kernel has to confine it."""


@pytest.fixture
def shared(work: Work, repo: Path) -> Work:
    """The session holds src/own, another agent works on src/auth in the same checkout."""
    line = "git add . && git commit -qm 1 --allow-empty && git branch other"
    who = {f"GIT_{role}_{what}": "p@localhost" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    subprocess.run(["sh", "-ec", line], cwd=repo, check=True, env=os.environ | who)
    with work.store.writing() as books:
        other, own = (recognise(books, Caller(name, worktree=str(repo))).id for name in ("other", "s1"))
    (repo / "tool.py").write_text("import shop\nshop.anything()\n")
    work.claim(other, "src/auth/**")
    work.claim(own, "src/own/**")
    return work


@contextmanager
def locked(work: Work) -> Iterator[None]:
    """Another process writes, and does not come to an end."""
    with closing(sqlite3.connect(work.file, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def with_a_full_disk(hooks: Hooks, command: str) -> Said:
    """What the guard says before a command when no byte can be written any more."""
    hooks.before_each = "ulimit -f 0"
    try:
        return hooks.before(command)
    finally:
        hooks.before_each = ""


@pytest.mark.parametrize("command", ["git commit -m x", "git reset --hard", "git checkout other", "git stash"])
def test_a_git_that_does_not_answer_lets_nothing_pass(hooks: Hooks, shared: Work, tmp_path: Path, command: str) -> None:
    assert shared.file.exists()
    slow = tmp_path / "slow" / "git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    hooks.environment["PATH"] = f"{slow.parent}{os.pathsep}{hooks.environment['PATH']}"
    assert hooks.before(command).decision == "deny"


def test_settings_that_never_answer_refuse_edits_and_commands_in_time(hooks: Hooks, shared: Work, repo: Path) -> None:
    assert shared.file.exists()
    (repo / ".claude").mkdir()
    os.mkfifo(repo / ".claude" / "interlock.toml")
    for said in (hooks.edit("src/auth/x.py"), hooks.before("echo x > src/auth/x.py")):
        assert said.decision == "deny"
        assert "no decision within" in said.reason


def test_a_state_that_is_locked_decides_edits_and_confines_commands_all_the_same(hooks: Hooks, shared: Work) -> None:
    with locked(shared):
        assert hooks.edit("src/auth/x.py").decision == "deny"
        assert hooks.before("echo x > src/auth/x.py").decision == "deny"
        assert hooks.before("ls").decision is None
        unreadable = hooks.before(UNREADABLE)
    kept = list((shared.file.parent / "commands").rglob("*.call"))
    assert unreadable.decision == "deny" or kept or not CAN_CONFINE


@pytest.mark.skipif(not CAN_CONFINE, reason="this kernel has no Landlock")
def test_a_full_disk_refuses_what_would_have_to_be_confined_and_not_what_only_reads(hooks: Hooks, shared: Work) -> None:
    assert shared.file.exists()
    hooks.send("SessionStart", source="startup")
    assert hooks.before(UNREADABLE).decision is None
    assert with_a_full_disk(hooks, UNREADABLE).decision == "deny"
    assert with_a_full_disk(hooks, "echo x > src/auth/x.py").decision == "deny"
    assert with_a_full_disk(hooks, "cat src/auth/x.py").decision is None
