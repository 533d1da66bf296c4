"""The checkout of a branch that has moved follows it, from wherever it was cut short, and takes nobody's work away."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_server.adapters.git.merging.fast_forward import OURS, follow, obstacle
from tests.adapters.git_repositories import git, git_repository

NAMES = ("a", "b", "d", "d/x", "d/y", "ü e", "l")
CONTENTS = st.sampled_from(["one\n", "two\n", "three\n", "link:a", "run:x"])
TREES = st.dictionaries(st.sampled_from(NAMES), CONTENTS, max_size=5)


def put(root: Path, name: str, content: str) -> None:
    file = root / name
    for above in reversed(file.relative_to(root).parents[:-1]):
        if (root / above).is_file() or (root / above).is_symlink():
            (root / above).unlink()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    if content.startswith("link:"):
        file.symlink_to(content[5:])
    else:
        file.write_text(content)
        file.chmod(0o755 if content.startswith("run:") else 0o644)


def found(root: Path, name: str) -> str | None:
    file = root / name
    if file.is_symlink():
        return f"link:{file.readlink()}"
    return file.read_text() if file.is_file() else None


def whole(tree: dict[str, str]) -> dict[str, str]:
    """A tree in which no file is also a folder."""
    return {name: said for name, said in tree.items() if not any(other.startswith(f"{name}/") for other in tree)}


def committed(root: Path, tree: dict[str, str]) -> str:
    """A commit of exactly this tree, checked out."""
    git(root, "rm", "-r", "--quiet", "--force", "--ignore-unmatch", ".")
    for name, content in tree.items():
        put(root, name, content)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message=tree")
    return git(root, "rev-parse", "HEAD")


@settings(max_examples=25)
@given(TREES.map(whole), TREES.map(whole), st.sets(st.sampled_from(NAMES)), st.sampled_from(NAMES))
def test_whatever_had_come_already_it_comes_to_the_same_end_and_leaves_what_is_somebodys(
    old_tree: dict[str, str], new_tree: dict[str, str], came: set[str], touched: str
) -> None:
    with TemporaryDirectory() as folder:
        root = git_repository(Path(folder).resolve() / "repo")
        new = committed(root, new_tree)
        old = committed(root, old_tree)
        for name in came & set(new_tree) & set(old_tree):
            put(root, name, new_tree[name])
        mine = touched in old_tree
        if mine:
            put(root, touched, "mine\n")
        git(root, "update-ref", "HEAD", new)
        changes = old_tree.get(touched) != new_tree.get(touched)
        blocks = any(name.startswith(f"{touched}/") or touched.startswith(f"{name}/") for name in new_tree)
        if mine and blocks:
            return  # a file of somebody's where a folder is to be: see below
        left = follow(str(root), old, new)
        assert left == ([touched] if mine and changes else [])
        for name in NAMES:
            if name == touched and mine:
                assert found(root, name) == "mine\n"
            elif not (root / name).is_dir() and not (mine and touched.startswith(f"{name}/")):
                assert found(root, name) == new_tree.get(name)
        assert git(root, "write-tree") == git(root, "rev-parse", f"{new}^{{tree}}")
        assert follow(str(root), old, new) == left


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return git_repository(tmp_path / "repo")


def test_a_file_of_somebodys_where_a_folder_is_to_be_is_an_obstacle_beforehand(root: Path) -> None:
    new = committed(root, {"d/x": "one\n"})
    old = committed(root, {"a": "one\n"})
    put(root, "d", "mine\n")
    assert "would be overwritten: d/x" in str(obstacle(str(root), old, new))
    put(root, "d", "mine\n")
    git(root, "add", "d")
    assert "where the merge would write: d" in str(obstacle(str(root), old, new))


def test_a_folder_with_something_of_somebodys_does_not_give_way_to_a_file(root: Path) -> None:
    new = committed(root, {"d": "one\n"})
    old = committed(root, {"d/x": "one\n", "d/y": "one\n"})
    git(root, "update-ref", "HEAD", new)
    put(root, "d/mine", "mine\n")
    assert follow(str(root), old, new) == ["d"]
    assert (found(root, "d/mine"), found(root, "d/x")) == ("mine\n", None)
    (root / "d/mine").unlink()
    assert follow(str(root), old, new) == []
    assert found(root, "d") == "one\n"


def test_what_somebody_has_staged_stays_staged(root: Path) -> None:
    new = committed(root, {"a": "two\n", "b": "two\n"})
    old = committed(root, {"a": "one\n", "b": "one\n"})
    put(root, "a", "mine\n")
    git(root, "add", "a")
    git(root, "update-ref", "HEAD", new)
    assert follow(str(root), old, new) == ["a"]
    assert git(root, "status", "--porcelain") == "M  a"
    assert git(root, "show", ":a") == "mine"


def test_a_file_that_is_staged_otherwise_and_was_put_back_is_not_overwritten_with_what_is_staged(root: Path) -> None:
    new = committed(root, {"a": "two\n"})
    old = committed(root, {"a": "one\n"})
    put(root, "a", "staged\n")
    git(root, "add", "a")
    put(root, "a", "one\n")
    git(root, "update-ref", "HEAD", new)
    assert follow(str(root), old, new) == []
    assert found(root, "a") == "two\n"
    assert git(root, "show", ":a") == "staged"


def test_files_come_with_the_line_ends_that_the_attributes_ask_for(root: Path) -> None:
    new = committed(root, {".gitattributes": "*.txt text eol=crlf\n", "x.txt": "one\ntwo\n"})
    old = committed(root, {".gitattributes": "*.txt text eol=crlf\n", "x.txt": "one\n"})
    git(root, "checkout", "--quiet", "--force", "HEAD")
    git(root, "update-ref", "HEAD", new)
    assert follow(str(root), old, new) == []
    assert (root / "x.txt").read_bytes() == b"one\r\ntwo\r\n"
    assert git(root, "status", "--porcelain") == ""


def test_gits_lock_on_the_index_is_respected_unless_it_was_left_by_us(root: Path) -> None:
    new = committed(root, {"a": "two\n"})
    old = committed(root, {"a": "one\n"})
    git(root, "update-ref", "HEAD", new)
    lock = root / ".git" / "index.lock"
    lock.write_bytes(b"")
    with pytest.raises(OSError, match="another git is at work"):
        follow(str(root), old, new)
    assert found(root, "a") == "one\n"
    assert f"rm {lock}" in str(obstacle(str(root), old, new)), "the branch is not moved in the first place"
    lock.write_bytes(OURS)
    assert obstacle(str(root), new, new) is None
    assert follow(str(root), old, new) == []
    assert not lock.exists()


def test_a_linked_checkout_follows_as_well(root: Path, tmp_path: Path) -> None:
    new = committed(root, {"a": "two\n", "d/x": "one\n"})
    old = committed(root, {"a": "one\n"})
    tree = tmp_path / "tree"
    git(root, "worktree", "add", "--quiet", "-b", "base", str(tree), old)
    git(root, "update-ref", "refs/heads/base", new)
    assert follow(str(tree), old, new) == []
    assert found(tree, "d/x") == "one\n"
    assert git(tree, "status", "--porcelain") == ""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_checkout_that_may_not_be_written_is_an_obstacle(root: Path) -> None:
    root.chmod(0o555)
    try:
        assert "may not write" in str(obstacle(str(root), "HEAD", "HEAD"))
    finally:
        root.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_an_obstacle_if_the_change_writes_there(root: Path) -> None:
    new = committed(root, {"d/x": "two\n", "a": "one\n"})
    other = committed(root, {"d/x": "one\n", "a": "two\n"})
    old = committed(root, {"d/x": "one\n", "a": "one\n"})
    (root / "d").chmod(0o555)
    try:
        assert "/d, where the merge would" in str(obstacle(str(root), old, new))
        assert obstacle(str(root), old, other) is None
    finally:
        (root / "d").chmod(0o755)


def test_a_sparse_checkout_is_an_obstacle(root: Path) -> None:
    git(root, "sparse-checkout", "init", "--cone")
    assert "sparse" in str(obstacle(str(root), "HEAD", "HEAD"))
