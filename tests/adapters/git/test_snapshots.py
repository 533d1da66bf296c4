"""A commit of everything in a checkout, which the repository never sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.git.snapshots import TempObjects, uncommitted
from tests.adapters.git_repositories import git, git_repository


@pytest.fixture
def repo(root: Path) -> Path:
    made = git_repository(root / "repo")
    (made / "new").write_text("text")
    return made


def objects(repo: Path) -> TempObjects:
    folder = repo / ".git" / "temporary"
    folder.mkdir(exist_ok=True)
    made = TempObjects(folder, str(repo))
    made.prepare()
    return made


def test_uncommitted_changes_on_the_same_commit_give_the_same_snapshot(repo: Path) -> None:
    head = git(repo, "rev-parse", "HEAD")
    made = {objects(repo).commit(str(repo), head, ["new"]) for _ in range(2)}
    assert len(made) == 1


def test_the_repository_does_not_get_the_objects(repo: Path) -> None:
    before = git(repo, "count-objects", "-v")
    objects(repo).commit(str(repo), git(repo, "rev-parse", "HEAD"), ["new"])
    assert git(repo, "count-objects", "-v") == before
    assert git(repo, "status", "--porcelain") == "?? new"


def test_what_differs_is_listed_and_its_sign_changes_with_it(repo: Path) -> None:
    head = git(repo, "rev-parse", "HEAD")
    first = uncommitted(str(repo), head, None)
    (repo / "new").write_text("more text")
    second = uncommitted(str(repo), head, None)
    assert first.paths == second.paths == ("new",)
    assert first.sign is None or first.sign != second.sign
    assert uncommitted(str(repo), head, ("README.md",)).paths == ()
