"""The git hook: a session's commit of what another agent holds is stopped, whichever way it is made."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_commands import Shell, interlock
from tests.hooks.conftest import Work

__all__ = ["interlock"]

NOBODY = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
WHO = ["-c", "user.name=ada", "-c", "user.email=ada@example.invalid"]


@pytest.fixture
def shared(interlock: Shell) -> Shell:
    """A repository with the hook, in which one session holds src/a and another src/b."""
    repo = interlock.directory
    for name in ("src/a/x", "src/b/x", "docs/x"):
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text("one\n")
    work = Work(repo)
    work.claim(work.agent("s-ada", "ada"), "src/a/**")
    work.claim(work.agent("s-bob", "bob"), "src/b/**")
    assert interlock("git-hook", "install").code == 0
    git(repo, "add", "-A")
    assert git(repo, "commit", "--quiet", "-m", "first").returncode == 0, "a person may"
    return interlock


def git(repo: Path, *arguments: str, session: str | None = None) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CLAUDE", "GIT_"))}
    as_session = {"CLAUDE_CODE_SESSION_ID": session} if session else {}
    return subprocess.run(
        ["git", "-C", str(repo), *WHO, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**kept, **NOBODY, **as_session},
    )


def change(repo: Path, *names: str) -> None:
    for name in names:
        (repo / name).write_text("two\n")


def head(repo: Path) -> str:
    return git(repo, "log", "-1", "--format=%s").stdout.strip()


@pytest.mark.parametrize("flags", [["-a"], ["-a", "--no-verify"], ["-a", "--amend", "-m", "x"]])
def test_a_session_does_not_commit_what_another_holds(shared: Shell, flags: list[str]) -> None:
    change(shared.directory, "src/a/x", "src/b/x")
    done = git(shared.directory, "commit", "-m", "second", *flags, session="s-ada")
    assert done.returncode != 0
    assert "src/b/x is held by bob" in done.stderr
    assert "git commit -- PATHS" in done.stderr
    assert head(shared.directory) == "first"


def test_its_own_and_what_nobody_holds_is_committed(shared: Shell) -> None:
    change(shared.directory, "src/a/x", "src/b/x", "docs/x")
    done = git(shared.directory, "commit", "--quiet", "-m", "second", "--", "src/a", "docs", session="s-ada")
    assert (done.returncode, done.stderr) == (0, "")
    assert head(shared.directory) == "second"


def test_a_session_may_commit_what_its_subagents_hold(shared: Shell) -> None:
    work = Work(shared.directory)
    work.claim(work.agent("s-ada", subagent="one"), "docs/**")
    change(shared.directory, "docs/x")
    assert git(shared.directory, "commit", "-a", "-m", "second", session="s-ada").returncode == 0


def test_a_person_is_told_and_not_stopped(shared: Shell) -> None:
    change(shared.directory, "src/b/x")
    done = git(shared.directory, "commit", "--quiet", "-a", "-m", "second")
    assert done.returncode == 0
    assert "src/b/x is held by bob" in done.stderr


@pytest.mark.parametrize("mode", ["warn", "off"])
def test_the_mode_counts_here_too(shared: Shell, mode: str) -> None:
    change(shared.directory, "src/b/x")
    assert shared("mode", mode).code == 0
    done = git(shared.directory, "commit", "--quiet", "-a", "-m", "second", session="s-ada")
    assert done.returncode == 0
    assert ("held by bob" in done.stderr) == (mode == "warn")


def test_a_hook_of_somebody_else_is_left_as_it_is(interlock: Shell) -> None:
    file = interlock.directory / ".git/hooks/prepare-commit-msg"
    file.write_text("#!/bin/sh\n")
    refused = interlock("git-hook", "install")
    assert refused.code == 1
    assert "somebody else's hook" in refused.err
    assert interlock("git-hook", "uninstall").out == "Interlock's hook is not installed here.\n"
    assert file.read_text() == "#!/bin/sh\n"


def test_it_goes_without_a_trace(interlock: Shell) -> None:
    for _ in range(2):
        assert interlock("git-hook", "install").code == 0
    file = interlock.directory / ".git/hooks/prepare-commit-msg"
    assert file.exists()
    assert interlock("git-hook", "uninstall").out == "Hook removed.\n"
    assert not file.exists()


def test_it_goes_where_the_repository_keeps_its_hooks(interlock: Shell) -> None:
    git(interlock.directory, "config", "core.hooksPath", "tools/hooks")
    assert interlock("git-hook", "install").code == 0
    assert (interlock.directory / "tools/hooks/prepare-commit-msg").exists()


def test_outside_git_there_is_nothing_to_install(tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    refused = Shell(folder)("git-hook", "install")
    assert (refused.code, "not a git repository" in refused.err) == (3, True)
