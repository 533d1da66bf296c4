"""What git knows of a working copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.git.checkout import GitCheckout
from tests.adapters.git_repositories import git, git_repository


@pytest.fixture
def work(root: Path) -> Path:
    """A repository with one commit."""
    return git_repository(root / "work")


def changes(folder: Path) -> list[str]:
    """The files that are asked about."""
    asked: list[str] = []

    def covers(path: str) -> bool:
        asked.append(path)
        return True

    assert GitCheckout().uncommitted(str(folder), covers) == len(asked)
    return sorted(asked)


def test_the_revision_is_the_commit_from_anywhere_in_the_worktree(work: Path) -> None:
    (work / "src").mkdir()
    commit = git(work, "rev-parse", "HEAD")
    for folder in (work, work / "src"):
        assert GitCheckout().revision(str(folder)) == commit[:12]


def test_a_dollar_in_a_path_stands_for_itself(root: Path, recwarn: pytest.WarningsRecorder) -> None:
    work = git_repository(root / "$NOWHERE")
    assert GitCheckout().revision(str(work)) == git(work, "rev-parse", "HEAD")[:12]
    assert recwarn.list == []


def test_each_worktree_has_its_own_revision(work: Path) -> None:
    git(work, "worktree", "add", "--quiet", "-b", "other", str(work.parent / "tree"))
    git(work.parent / "tree", "commit", "--quiet", "--allow-empty", "--message=second")
    revisions = [GitCheckout().revision(str(folder)) for folder in (work, work.parent / "tree")]
    assert len(set(revisions)) == 2


def test_changed_new_staged_and_deleted_files_are_uncommitted(work: Path) -> None:
    assert changes(work) == []
    for name in ("changed", "deleted", "moved"):
        (work / name).write_text(name, encoding="utf-8")
    git(work, "add", ".")
    git(work, "commit", "--quiet", "--message=second")
    (work / "changed").write_text("more", encoding="utf-8")
    (work / "deleted").unlink()
    git(work, "mv", "moved", "there")
    (work / "new folder" / "deep").mkdir(parents=True)
    (work / "new folder" / "deep" / 'é "quoted"').touch()
    (work / "staged").touch()
    git(work, "add", "staged")
    (work / ".gitignore").write_text("ignored\n", encoding="utf-8")
    (work / "ignored").touch()
    assert changes(work) == [
        ".gitignore",
        "changed",
        "deleted",
        "moved",
        'new folder/deep/é "quoted"',
        "staged",
        "there",
    ]


def test_only_what_is_asked_for_is_counted_and_paths_count_from_the_root(work: Path) -> None:
    for name in ("src", "lib"):
        (work / name).mkdir()
        (work / name / "a.py").touch()
    count = GitCheckout().uncommitted(str(work / "src"), lambda path: path.startswith("src/"))
    assert count == 1


def test_before_the_first_commit_there_is_no_revision_but_there_are_changes(root: Path) -> None:
    git(root, "init", "--quiet")
    (root / "a").touch()
    assert GitCheckout().revision(str(root)) is None
    assert changes(root) == ["a"]


@pytest.mark.parametrize("folder", ["outside", "nowhere"])
def test_outside_git_nothing_is_known(root: Path, folder: str) -> None:
    (root / "outside").mkdir()
    assert GitCheckout().revision(str(root / folder)) is None
    assert GitCheckout().uncommitted(str(root / folder), lambda _: True) is None


def test_in_a_broken_repository_nothing_is_known(work: Path) -> None:
    (work / ".git" / "HEAD").write_text("nonsense", encoding="utf-8")
    assert GitCheckout().revision(str(work)) is None
    assert GitCheckout().uncommitted(str(work), lambda _: True) is None
