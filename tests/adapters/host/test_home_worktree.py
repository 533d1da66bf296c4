"""The worktree that has the settings and texts where git has no main worktree, or does not record where it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.adapters.host.home_worktree import settled
from mcp_server.adapters.host.repository import HOME, main_worktree, repository_of, used_at
from tests.adapters.git_repositories import git, git_repository


def begun(directory: Path) -> str:
    """Put the repository around a directory into use; its home."""
    found = repository_of(os.path.realpath(directory))
    Path(found.state).mkdir(parents=True, exist_ok=True)
    return settled(found).main


@pytest.fixture
def bare(root: Path) -> Path:
    """A bare repository beside its worktrees `main` and `feat`, in a folder that leads to it."""
    project = root / "project"
    git(git_repository(root / "source"), "clone", "--quiet", "--bare", ".", str(project / ".bare"))
    (project / ".git").write_text("gitdir: ./.bare\n")
    for name in ("main", "feat"):
        git(project, "worktree", "add", "--quiet", name)
    return project


@pytest.mark.parametrize(("first", "home"), [("main", "main"), ("feat", "feat"), (".", "main"), (".bare", "main")])
def test_beside_a_bare_repository_it_is_where_that_was_put_into_use(bare: Path, first: str, home: str) -> None:
    assert begun(bare / first) == str(bare / home)
    for place in ("main", "feat", ".", ".bare"):
        assert repository_of(str(bare / place).removesuffix("/.")).main == str(bare / home)
        assert begun(bare / place) == str(bare / home), "it stays"


def test_its_project_folder_is_no_worktree(bare: Path) -> None:
    begun(bare / "main")
    found = used_at(str(bare), None)
    assert found is not None
    assert found.root == str(bare / "main")
    assert used_at(str(bare / "notes.md"), None) is None
    inside = used_at(str(bare / "feat/src/x"), None)
    assert inside is not None
    assert inside.relative(str(bare / "feat/src/x")) == "src/x"


def test_without_any_worktree_there_is_none(root: Path) -> None:
    git(git_repository(root / "source"), "clone", "--quiet", "--bare", ".", str(root / "bare.git"))
    begun(root / "bare.git")
    assert not (root / "bare.git/interlock" / HOME).exists()


def test_an_ordinary_repository_needs_none(root: Path) -> None:
    made = git_repository(root / "made")
    git(made, "worktree", "add", "--quiet", "../tree")
    assert begun(root / "tree") == str(made)
    assert not (made / ".git/interlock" / HOME).exists()
    assert main_worktree(str(made / ".git")) == str(made)


@pytest.mark.parametrize("first", ["work", "tree"])
def test_the_main_worktree_of_a_separate_git_folder_is_found_beside_it(root: Path, first: str) -> None:
    git(
        git_repository(root / "source"),
        "clone",
        "--quiet",
        f"--separate-git-dir={root}/one.git",
        ".",
        str(root / "work"),
    )
    git(root / "work", "worktree", "add", "--quiet", str(root / "tree"))
    assert begun(root / first) == str(root / "work")
    assert main_worktree(str(root / "one.git")) == str(root / "work")


def test_where_it_is_gone_another_takes_its_place_only_when_a_person_asks(bare: Path) -> None:
    begun(bare / "feat")
    git(bare, "worktree", "remove", "feat")
    assert begun(bare / "main") == str(bare / "feat")
    found = settled(repository_of(str(bare / "main")), anew=True)
    assert found.main == str(bare / "main")


def test_a_repository_that_is_bare_by_its_worktree_configuration_is_bare(root: Path) -> None:
    project = root / "project"
    git(git_repository(root / "source"), "clone", "--quiet", "--bare", ".", str(project / ".git"))
    git(project, "config", "extensions.worktreeConfig", "true")
    git(project, "config", "--unset", "core.bare")
    git(project, "config", "--worktree", "core.bare", "true")
    git(project, "worktree", "add", "--quiet", "main")
    git(project, "worktree", "add", "--quiet", "feat")
    assert begun(project / "feat") == str(project / "feat")
    assert repository_of(str(project / "main")).main == str(project / "feat")
