"""The git hook that asks before every commit: installed, removed, and another one left alone."""

from __future__ import annotations

from pathlib import Path

from mcp_server.adapters.git.commit_hook import hook_of
from tests.adapters.git_repositories import git, git_repository

LAUNCHER = Path("/opt/inter lock")


def test_the_hook_is_installed_once_and_removed(root: Path) -> None:
    hook = hook_of(str(git_repository(root / "repo")), LAUNCHER)
    assert hook is not None
    assert not hook.uninstall()
    assert hook.install() is hook.install() is None
    assert hook.is_installed
    assert f"exec '{LAUNCHER}' git-hook check" in hook.file.read_text()
    assert hook.file.stat().st_mode & 0o111
    assert hook.uninstall()
    assert not hook.file.exists()


def test_the_hook_goes_where_the_persons_git_looks_for_hooks(root: Path) -> None:
    repo = git_repository(root / "repo")
    git(repo, "config", "core.hooksPath", str(root / "hooks"))
    hook = hook_of(str(repo), LAUNCHER)
    assert hook is not None
    assert hook.file == root / "hooks" / "prepare-commit-msg"


def test_somebody_elses_hook_is_left_alone(root: Path) -> None:
    hook = hook_of(str(git_repository(root / "repo")), LAUNCHER)
    assert hook is not None
    hook.file.write_text("#!/bin/sh\n")
    assert "somebody else's hook" in str(hook.install())
    assert not hook.uninstall()
    assert hook.file.read_text() == "#!/bin/sh\n"


def test_outside_git_there_is_none(root: Path) -> None:
    assert hook_of(str(root), LAUNCHER) is None
