"""What git commands write in the work tree."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("git checkout -- src/billing/invoice.py", ["src/billing/invoice.py"]),
        ("git checkout -- README.md", []),
        ("git checkout .", ["src/billing/invoice.py"]),
        ("git checkout feature/tax -- src/billing/tax.py", ["src/billing/tax.py"]),
        ("git restore -s HEAD~1 docs/guide.md", ["docs/guide.md"]),
        ("git restore --staged .", []),
        ("git -C src/auth checkout -- ../billing", ["src/billing/invoice.py"]),
        ("git reset --hard", ["src/billing/invoice.py"]),
        ("git reset HEAD docs", []),
        ("git reset --soft HEAD~1 && git reset && git checkout -- docs", ["docs/guide.md"]),
        ("git stash", ["src/billing/invoice.py"]),
        ("git stash pop", ["src/auth/session.py", "src/billing/rates.csv"]),
        ("git stash push -- docs", []),
        ("git clean -fd", ["notes.txt", "scratch", "scratch/todo list.txt", "src/auth/draft.py"]),
        ("git clean -f src", ["src/auth/draft.py"]),
        ("git clean -fdn", []),
        ("git rm docs/api.md", ["docs/api.md"]),
        ("git rm -r --cached docs", []),
        ("git mv docs/api.md docs/b.md", ["docs/api.md", "docs/b.md"]),
    ],
)
def test_files_are_restored(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        (
            "git checkout docs-faq",
            [
                "docs/faq.md",
                "docs/guide.md",
                "patches",
                "patches/0001-docs-faq.patch",
                "patches/login.patch",
                "patches/tax.patch",
            ],
        ),
        ("git switch -c new", []),
        ("git merge docs-faq", ["docs/faq.md"]),
        ("git merge --no-ff feature/tax", ["src/billing/legacy/old_rates.csv", "src/billing/tax.py"]),
        ("git cherry-pick docs-faq", ["docs/faq.md"]),
        (
            "git revert --no-edit HEAD",
            ["docs/guide.md", "patches", "patches/0001-docs-faq.patch", "patches/login.patch", "patches/tax.patch"],
        ),
        ("git rebase HEAD~1", []),
        ("git pull", ["docs/api.md", "docs/upstream.md"]),
        ("git apply patches/tax.patch", ["src/billing/tax.py"]),
        ("git apply --check patches/tax.patch", []),
        ("git am patches/0001-docs-faq.patch", ["docs/faq.md"]),
        ("git diff v0.1.0 feature/login -- src/auth/login.py | git apply", ["src/auth/login.py"]),
        ("git stash show -p | git apply", ["src/auth/session.py", "src/billing/rates.csv"]),
    ],
)
def test_merges_and_similar_commands_write_the_files_that_commits_change(
    reads: Reads, command: str, paths: list[str]
) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("git worktree add wt docs-faq", ["wt", "wt/**"]),
        ("git clone ../remote.git docs/c", ["docs/c", "docs/c/**"]),
        ("git archive -o docs/a.tar HEAD", ["docs/a.tar"]),
        ("git archive --prefix=v/ HEAD docs/api.md | tar x -C docs", ["docs/v", "docs/v/docs", "docs/v/docs/api.md"]),
        ("git format-patch -1 -o docs/p", ["docs/p", "docs/p/0001-docs-guide-patches.patch"]),
        ("git diff --output=docs/d", ["docs/d"]),
        ("git config -f docs/c.ini a.b c", ["docs/c.ini"]),
    ],
)
def test_clones_worktrees_and_patches_are_written(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("git add src/auth && git commit -m x", []),
        ("git log --oneline | head -3; git branch -a; git stash list", []),
        ("git fetch; git push; git tag v2; git branch x", []),
        ("git config user.name x", []),
        ("git st; git lg -3", []),
        ("git diff --name-only | cat", []),
    ],
)
def test_writes_in_the_git_directory_are_not_recorded(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("git co feature/login -- src/auth/mfa.py", ["src/auth/mfa.py"]),
        ("git dumplog", ["docs/LOG.txt"]),
        ("git -c core.hooksPath=scripts/hooks commit -m x", ["CHANGELOG.md"]),
        ("git -c core.hooksPath=scripts/hooks commit -n -m x", []),
        ("git ls-files -m | xargs git checkout --", ["src/billing/invoice.py"]),
    ],
)
def test_aliases_and_hooks_are_followed(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.mark.parametrize(
    ("command", "brought"),
    [
        ("git merge feature/login", True),
        ("git rebase feature/login", True),
        ("git switch feature/login", True),
        ('git switch "$(frobnicate)"', True),
        ("git cherry-pick feature/login", False),
        ("git checkout feature/login -- .", False),
        ("git stash pop", False),
    ],
)
def test_committed_work_that_comes_to_the_whole_worktree_is_told_apart(
    reads: Reads, command: str, brought: bool
) -> None:
    reading = reads(f"{command} 2>/dev/null")
    assert {write.brought for write in (*reading.writes, *reading.possible)} == {brought}


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("git sparse-checkout list; git lfs ls-files; git lfs status; git filter-repo --analyze", []),
        ("git difftool -y -x 'diff -u' HEAD~1 -- docs", []),
        ("git lfs track '*.psd'", [".gitattributes"]),
        ("git commit --help; git merge -h; git rebase --help", []),
    ],
)
def test_subcommands_that_only_look_are_readers(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """A repository with one commit, and a worktree beside it that is called `linked`, on the branch `topic`."""
    made = tmp_path.resolve() / "repo"
    _run(made.parent, "git", "init", "-q", "-b", "main", str(made))
    (made / "x").touch()
    _run(made, "git", "add", "x")
    _run(made, "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "x")
    _run(made, "git", "worktree", "add", "-q", "../linked", "-b", "topic")
    return made


def test_a_worktree_is_removed_with_all_that_is_committed(repo: Path) -> None:
    reader = Reads(repo.parent)
    assert [write.brought for write in reader("git worktree remove ../linked").writes] == [True] * 3
    (repo.parent / "linked" / "y").touch()
    assert not any(write.brought for write in reader("git worktree remove --force ../linked").writes)


def test_a_command_in_another_worktree_is_recorded_there(repo: Path) -> None:
    linked = repo.parent / "linked"
    reader = Reads(repo.parent)
    for command, root in (
        ("git -C ../linked switch -c x", linked),
        ("cd ../linked && git switch -c x", linked),
        ("git --git-dir=.git/worktrees/linked switch -c x", linked),
        ("git update-ref refs/heads/topic HEAD", linked),
        ("git branch -f topic HEAD", linked),
        ("git update-ref refs/heads/main HEAD", repo),
    ):
        (sweep,) = reader(command).sweeps
        assert (sweep.kind, sweep.root) == ("head", str(root)), command


def _run(place: Path, *words: str) -> None:
    subprocess.run(words, cwd=place, check=True, capture_output=True)
