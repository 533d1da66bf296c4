"""Whether the HEAD of a checkout has moved since the last conflict search, without asking git."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.git import heads
from mcp_server.adapters.host.repository import repository_of
from tests.adapters.git_repositories import git, git_repository


@pytest.fixture(params=["main", "linked"])
def checkout(root: Path, request: pytest.FixtureRequest) -> Path:
    """The main checkout, or a linked one."""
    made = git_repository(root / "repo")
    if request.param == "main":
        return made
    git(made, "worktree", "add", "--quiet", "-b", "side", str(root / "side"))
    return root / "side"


def test_a_commit_another_branch_and_packed_refs_are_noticed(checkout: Path) -> None:
    at = repository_of(str(checkout))
    seen = [heads.sign(at)]
    git(checkout, "commit", "--quiet", "--allow-empty", "--message=second")
    seen.append(heads.sign(at))
    git(checkout, "checkout", "--quiet", "--detach")
    seen.append(heads.sign(at))
    assert len(set(seen)) == 3
    assert all(seen)


def test_what_was_remembered_is_known_until_it_moves(checkout: Path) -> None:
    at = repository_of(str(checkout))
    assert not heads.is_known(at)
    heads.remember(at, heads.sign(at))
    assert heads.is_known(at)
    git(checkout, "commit", "--quiet", "--allow-empty", "--message=second")
    assert not heads.is_known(at)
