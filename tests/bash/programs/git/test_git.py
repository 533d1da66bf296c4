"""What git commands write in the work tree."""

from __future__ import annotations

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
