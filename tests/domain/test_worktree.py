"""What branches and folders of worktrees are called."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.domain.errors import Misuse
from mcp_server.domain.worktree import LONGEST_FOLDER, branch_called, branch_of_task, folder_of

TRAPS = ("a.lock-", "a.-.lock", "x" * 199 + ".lock", "a.lock/b.lock.", "-/-a", "a/./b", "@/a", "a\x7f", "HEAD/HEAD")


@pytest.mark.parametrize(
    ("title", "branch"),
    [
        ("Add login", "T3-add-login"),
        ("  Größe: 5 / 7 (später) ", "T3-größe-5-7-später"),
        ("one two three four five six seven eight nine ten", "T3-one-two-three-four-five-six-seven-eight"),
        ("✨", "T3"),
    ],
)
def test_the_branch_of_a_task_is_its_id_and_the_first_words_of_its_title(title: str, branch: str) -> None:
    assert branch_of_task("T3", title) == branch


@pytest.mark.parametrize(
    ("name", "branch"),
    [
        ("my feature", "my-feature"),
        ("feature/x y/", "feature/x-y"),
        ("größe/日本", "größe/日本"),
        ("-rf", "rf"),
        ("a..b.lock", "a-b"),
        ("x.lock.lock", "x"),
        (".hidden//y~1", "hidden/y-1"),
        ("a@{b", "a-b"),
        ("refs/heads/x", "x"),
        ('it\'s "q" $(touch x)', "it-s-q-touch-x"),
        ("[x]*", "x"),
        ("fix#12", "fix#12"),
    ],
)
def test_a_branch_is_called_as_near_to_the_name_as_git_takes(name: str, branch: str) -> None:
    assert branch_called(name) == branch


@pytest.mark.parametrize("name", ["", " / ", "...", "@", "HEAD", "~^:", "-", "✨", "ORIG_HEAD", "a1" * 20])
def test_a_name_without_letters_is_refused(name: str) -> None:
    with pytest.raises(Misuse, match="choose one with letters"):
        branch_called(name)


@settings(max_examples=150)
@given(
    st.text(st.sampled_from("aé.-/@{}~ \\\n\0✨") | st.characters(exclude_categories=["Cs"])) | st.sampled_from(TRAPS)
)
def test_git_takes_every_branch(name: str) -> None:
    try:
        branch = branch_called(name)
    except Misuse:
        return
    assert accepted(branch), branch
    assert branch_called(branch) == branch
    folder = folder_of(branch)
    assert folder == Path(folder).name
    assert 0 < len(folder.encode()) <= LONGEST_FOLDER


def test_a_folder_is_one_name_that_every_file_system_takes() -> None:
    assert folder_of("feature/a|b") == "feature-a-b"
    assert folder_of("x" * 300) == "x" * LONGEST_FOLDER
    assert folder_of("é" * 300) == "é" * (LONGEST_FOLDER // 2)
    assert folder_of('"') == "worktree"
    assert folder_of("fix#12 100%'s $HOME") == "fix-12-100-s-HOME"


def accepted(branch: str) -> bool:
    """Whether git takes this as the name of a branch."""
    done = subprocess.run(["git", "check-ref-format", "--branch", branch], capture_output=True, check=False)
    return done.returncode == 0
