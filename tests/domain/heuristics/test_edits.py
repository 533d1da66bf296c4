"""Which commands change something on purpose, and which edits bear on a failure."""

from __future__ import annotations

import pytest

from mcp_server.domain.heuristics.edits import bears_on, changes_something, commits, only_asks


@pytest.mark.parametrize(
    "command",
    [
        "sed -i s/a/b/ src/x",
        "echo x > src/x",
        "cat a >> b",
        "cp a b && make",
        "git checkout -- src",
        "git stash pop",
        "python3 - <<'E'\nprint()\nE",
        "python -c 'open(1)'",
        "prettier --write src",
        "npx prettier --write src",
        "ruff check --fix .",
        "cargo fmt",
        "npm install left-pad",
        "cd src && rm old.py",
        "export A=1",
    ],
)
def test_it_changes_something(command: str) -> None:
    assert changes_something(command)


@pytest.mark.parametrize(
    "command",
    [
        "ls -la",
        "cat src/x",
        "pytest -q 2>&1 | tail -5",
        "make > /dev/null 2>&1",
        "git status && git diff",
        "grep -rn foo src",
        "python -m pytest",
        "npm test",
        "sed -n 1,5p x",
        "cargo build",
        "sleep 5",
    ],
)
def test_it_changes_nothing_on_purpose(command: str) -> None:
    assert not changes_something(command)


def test_commits() -> None:
    assert commits("git add a && git commit -m 'x'")
    assert commits("GIT_EDITOR=true git commit --amend")
    assert not commits("git commit --dry-run")
    assert not commits("git log --grep commit")
    assert not commits("echo commit")


def test_asking_is_no_failure() -> None:
    assert only_asks("cd src && grep -r foo .")
    assert only_asks("diff a b")
    assert not only_asks("grep foo x && make")
    assert not only_asks("pytest | grep x; make")


@pytest.mark.parametrize(
    ("path", "bears"), [("src/a.py", True), ("README.md", False), ("notes.txt", False), ("docs/api.md", True)]
)
def test_an_edit_bears_on_a_failure_unless_it_is_of_a_text_that_it_does_not_name(path: str, bears: bool) -> None:
    assert bears_on(path, "mdlint docs/api.md", "api.md:3: error: heading") is bears
