"""What git runs is compared before and after a command, and each change can be undone."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mcp_server.adapters.git import programs
from tests.adapters.git_repositories import git, git_repository


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = git_repository(tmp_path / "repo")
    (made / ".git" / "interlock").mkdir()
    (made / ".git" / "interlock" / "state.db").touch()
    hook(made, "pre-push", "echo old\n")
    return made


def hook(root: Path, name: str, text: str) -> None:
    (root / ".git" / "hooks").mkdir(exist_ok=True)
    (root / ".git" / "hooks" / name).write_text(text)


def lines(root: Path) -> list[str]:
    common = root / ".git"
    programs.keep_hooks(str(common), str(common / "interlock"))
    return [*programs.programs(str(common)), *programs.own_state(str(common / "interlock"))]


def changes(root: Path, before: list[str]) -> list[tuple[str, str]]:
    common = str(root / ".git")
    return programs.changes(before, lines(root), common, f"{common}/interlock")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("core.hooksPath", ".husky/_"),
        ("core.fsmonitor", "run-me"),
        ("core.sshCommand", "ssh -v"),
        ("alias.x", "!rm -rf"),
        ("filter.lfs.clean", "clean %f"),
        ("diff.pdf.textconv", "pdftotext"),
        ("merge.mine.driver", "true"),
        ("gpg.program", "mine"),
        ("gpg.ssh.program", "mine"),
        ("credential.https://x.y.helper", "store"),
        ("includeIf.gitdir:~/x/.path", "other"),
        ("pager.log", "less"),
    ],
)
def test_a_setting_that_names_a_program_is_found_and_can_be_undone(root: Path, key: str, value: str) -> None:
    before = lines(root)
    git(root, "config", key, value)

    [(words, undo)] = changes(root, before)

    assert value in words
    assert "it was not set" in words
    subprocess.run(["sh", "-c", undo], cwd=root, check=True)
    assert lines(root) == before


@pytest.mark.parametrize(
    ("key", "value"), [("user.name", "me"), ("alias.st", "status"), ("branch.main.remote", "origin")]
)
def test_a_setting_that_runs_nothing_is_nobodys_business(root: Path, key: str, value: str) -> None:
    before = lines(root)
    git(root, "config", key, value)

    assert changes(root, before) == []


def test_the_former_value_of_a_setting_comes_back(root: Path) -> None:
    git(root, "config", "core.hooksPath", "old hooks")
    before = lines(root)
    git(root, "config", "core.hooksPath", "new")

    [(words, undo)] = changes(root, before)

    assert "is new (it was old hooks)" in words
    subprocess.run(["sh", "-c", undo], cwd=root, check=True)
    assert lines(root) == before


def test_hooks_that_are_new_changed_or_gone_can_be_undone(root: Path) -> None:
    hook(root, "post-merge", "echo gone\n")
    before = lines(root)
    hook(root, "pre-commit", "echo new\n")
    hook(root, "pre-push", "echo changed\n")
    (root / ".git/hooks/post-merge").unlink()

    found = changes(root, before)

    assert [words for words, _ in found] == [
        "git's hook pre-commit is new",
        "git's hook pre-push is another one",
        "git's hook post-merge is gone",
    ]
    for _, undo in found:
        subprocess.run(["sh", "-c", undo], cwd=root, check=True)
    assert lines(root) == before


def test_interlocks_own_state_is_compared_too(root: Path) -> None:
    before = lines(root)
    (root / ".git/interlock/mode").write_text("off\n")
    (root / ".git/interlock/state.db").unlink()

    assert [words for words, _ in changes(root, before)] == [
        "Interlock's own database was replaced or removed",
        "Interlock's mode is off (it was that of the settings)",
    ]


def test_samples_of_hooks_and_unreadable_folders_are_no_programs(tmp_path: Path) -> None:
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "pre-commit.sample").touch()

    assert programs.programs(str(tmp_path)) == programs.programs(str(tmp_path / "none")) == []
