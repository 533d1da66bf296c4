"""A repository with two agents' claims in it, in which everything is committed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks

GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid"]


def git(repo: Path, *arguments: str) -> None:
    subprocess.run([*GIT, *arguments], cwd=repo, check=True, capture_output=True)


@pytest.fixture
def committed(hooks: Hooks, work: Work) -> Hooks:
    """A session that holds src/auth, while another holds src/billing; all is committed."""
    repo = hooks.repo
    (repo / "src" / "billing").mkdir()
    for name in ("src/auth/x.py", "src/billing/x.py", "src/billing/y.py", "README.md"):
        (repo / name).write_text("committed\n")
        os.utime(repo / name, (1_000_000_000, 1_000_000_000))
    (repo / ".gitignore").write_text("build/\n")
    settings = repo / ".claude" / "interlock.toml"
    settings.parent.mkdir()
    settings.write_text('bash = "check"\n')
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", "first")
    work.claim(work.agent("s1", "ada"), "src/auth/**")
    work.claim(work.agent("s2", "bob"), "src/billing/**")
    return hooks


@pytest.fixture
def confined(committed: Hooks) -> Hooks:
    """The same where commands are confined."""
    (committed.repo / ".claude" / "interlock.toml").write_text('bash = "confine"\n')
    git(committed.repo, "commit", "-q", "-a", "-m", "confine")
    return committed
