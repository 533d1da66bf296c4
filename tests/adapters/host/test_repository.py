"""Where a path really is, which worktree it belongs to, and where that repository keeps Interlock's state."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.adapters.host import repository
from tests.adapters.git_repositories import git, git_repository


def in_use(state: Path) -> None:
    state.mkdir(parents=True)
    (state / "state.db").touch()


def used(path: Path | str, project: Path | None = None) -> repository.Repository | None:
    return repository.used_at(os.path.realpath(path), str(project) if project else None)


def place_of(path: Path | str, project: Path | None = None) -> str | None:
    found = used(path, project)
    return None if found is None else found.relative(os.path.realpath(path))


@pytest.fixture
def main(root: Path) -> Path:
    """A repository in use."""
    made = git_repository(root / "main")
    in_use(made / ".git" / "interlock")
    return made


def test_a_repository_keeps_its_state_with_git(main: Path) -> None:
    found = repository.repository_of(str(main / "src"))
    assert (found.root, found.main) == (str(main), str(main))
    assert found.state == str(main / ".git" / "interlock")
    assert found.settings == str(main / ".claude" / "interlock.toml")
    assert found.in_use
    assert not found.git_folder


def test_a_repository_is_in_use_when_the_folder_of_its_state_is_there(root: Path) -> None:
    made = git_repository(root / "fresh")
    assert not repository.repository_of(str(made)).in_use
    assert used(made / "a") is None
    in_use(made / ".git" / "interlock")
    assert repository.repository_of(str(made)).in_use
    assert place_of(made / "a") == "a"


def test_a_folder_with_workflows_alone_is_no_state_in_git_or_outside(root: Path) -> None:
    made = git_repository(root / "fresh")
    for project in (made, root):
        (project / ".claude/interlock/workflows").mkdir(parents=True)
    assert used(made / "a", made) is None
    assert used(root / "a", root) is None
    assert not repository.repository_of(str(root), str(root)).in_use
    (root / ".claude/interlock/state.db").touch()
    assert place_of(root / "a", root) == "a"


def test_a_path_is_judged_by_its_place_in_the_worktree_also_where_nothing_exists_yet(main: Path) -> None:
    assert place_of(main / "README.md") == "README.md"
    assert place_of(main / "not" / "yet" / "there.py") == "not/yet/there.py"


def test_outside_every_repository_there_is_nothing(main: Path) -> None:
    assert used(main.parent / "elsewhere" / "a.py") is None
    assert used("/") is None


def test_a_linked_worktree_shares_the_state_and_counts_from_its_own_root(main: Path) -> None:
    tree = main.parent / "tree"
    git(main, "worktree", "add", "--quiet", str(tree))
    found = repository.repository_of(str(tree))
    assert (found.root, found.main) == (str(tree), str(main))
    assert found.state == str(main / ".git" / "interlock")
    assert found.settings == str(main / ".claude" / "interlock.toml")
    assert place_of(tree / "src" / "a.py") == "src/a.py"


def test_a_worktree_inside_the_main_worktree_counts_from_its_own_root(main: Path) -> None:
    tree = main / "trees" / "one"
    git(main, "worktree", "add", "--quiet", str(tree))
    assert place_of(tree / "src" / "a.py") == "src/a.py"
    assert place_of(main / "trees" / "two") == "trees/two"


def test_a_bare_repository_keeps_the_state_in_its_own_folder(main: Path) -> None:
    bare = main.parent / "bare.git"
    git(main.parent, "clone", "--quiet", "--bare", str(main), str(bare))
    git(bare, "worktree", "add", "--quiet", str(main.parent / "tree"), "main")
    for place in (bare, bare / "refs", main.parent / "tree"):
        assert repository.repository_of(str(place)).state == str(bare / "interlock")


def test_a_submodule_that_is_in_use_is_its_own_repository(main: Path) -> None:
    library = git_repository(main.parent / "library")
    git(main, "submodule", "--quiet", "add", str(library), "libs/library")
    found = repository.repository_of(str(main / "libs" / "library"))
    assert found.root == found.main == str(main / "libs" / "library")
    assert found.state == str(main / ".git" / "modules" / "libs" / "library" / "interlock")
    assert place_of(main / "libs" / "library" / "a.py") == "libs/library/a.py"
    in_use(Path(found.state))
    assert place_of(main / "libs" / "library" / "a.py") == "a.py"


def test_a_repository_inside_another_belongs_to_the_outer_one_until_it_is_in_use(main: Path) -> None:
    inner = git_repository(main / "vendor" / "inner")
    assert place_of(inner / "a.py") == "vendor/inner/a.py"
    assert repository.repository_of(str(inner)).root == str(inner)
    in_use(inner / ".git" / "interlock")
    assert place_of(inner / "a.py") == "a.py"


def test_a_separate_git_directory_keeps_the_state(root: Path) -> None:
    work, separate = root / "work", root / "elsewhere" / "store"
    work.mkdir()
    separate.parent.mkdir()
    git(work, "init", "--quiet", f"--separate-git-dir={separate}")
    found = repository.repository_of(str(work))
    assert (found.root, found.state) == (str(work), str(separate / "interlock"))
    in_use(separate / "interlock")
    assert place_of(work / "a.py") == "a.py"


def test_a_worktree_of_a_bare_repository_shares_its_state(main: Path) -> None:
    bare, tree = main.parent / "bare.git", main.parent / "tree"
    git(main.parent, "clone", "--quiet", "--bare", str(main), str(bare))
    git(bare, "worktree", "add", "--quiet", str(tree))
    found = repository.repository_of(str(tree))
    assert (found.root, found.state) == (str(tree), str(bare / "interlock"))
    in_use(bare / "interlock")
    assert place_of(tree / "a.py") == "a.py"


@pytest.mark.parametrize("path", [".git/config", ".git/interlock/state.db", ".git/hooks/pre-commit", ".git/new/x"])
def test_what_git_keeps_for_itself_is_seen_as_such(main: Path, path: str) -> None:
    assert place_of(main / path) == path


def test_git_files_of_worktrees_and_of_bare_repositories_are_seen_as_such(main: Path) -> None:
    tree, bare = main.parent / "tree", main.parent / "bare.git"
    git(main, "worktree", "add", "--quiet", str(tree))
    assert place_of(main / ".git" / "worktrees" / "tree" / "HEAD") == ".git/worktrees/tree/HEAD"
    assert place_of(tree / ".git") == ".git"
    git(main.parent, "clone", "--quiet", "--bare", str(main), str(bare))
    in_use(bare / "interlock")
    found = used(bare / "hooks" / "x")
    assert found is not None
    assert found.git_folder
    assert place_of(bare / "hooks" / "x") == ".git/hooks/x"


def test_outside_git_the_project_directory_holds_the_state(root: Path) -> None:
    project = root / "project"
    (project / "sub").mkdir(parents=True)
    found = repository.repository_of(str(project / "sub"), str(project))
    assert (found.root, found.state) == (str(project), str(project / ".claude" / "interlock"))
    assert used(project / "a.py", project) is None
    in_use(project / ".claude" / "interlock")
    assert place_of(project / "sub" / "a.py", project) == "sub/a.py"
    assert place_of(project / ".claude" / "interlock" / "state.db", project) == ".claude/interlock/state.db"
    assert used(project / "a.py") is None
    assert used(root / "project2" / "a.py", project) is None
    assert repository.repository_of(str(project / "sub")).root == str(project / "sub")


def test_a_repository_in_use_comes_before_the_project_around_it(main: Path) -> None:
    in_use(main.parent / ".claude" / "interlock")
    assert place_of(main / "a.py", main.parent) == "a.py"
    assert place_of(main.parent / "b.py", main.parent) == "b.py"


@pytest.mark.parametrize("content", [b"", b"nonsense", b"gitdir: /nowhere/at/all", b"gitdir: \xff\xfe", b"\0" * 9000])
def test_a_broken_git_file_is_no_repository_in_use(main: Path, content: bytes) -> None:
    (main / "odd").mkdir()
    (main / "odd" / ".git").write_bytes(content)
    assert place_of(main / "odd" / "a.py") == "odd/a.py"


@pytest.mark.parametrize(
    ("spelled", "expected"),
    [
        ("a.py", "here/a.py"),
        ("./x/../a.py", "here/a.py"),
        ("../a.py", "a.py"),
        ("nowhere/../../a.py", "a.py"),
        ("link/a.py", "target/a.py"),
        ("link/../a.py", "a.py"),
        ("link/new/b.py", "target/new/b.py"),
        ("file-link", "target/file"),
        ("dangling", "target/not-yet"),
        ("a//b///c.py", "here/a/b/c.py"),
        ("trailing/", "here/trailing"),
        ("é\N{SNAKE} x.py", "here/é\N{SNAKE} x.py"),
        ("loop/x", "here/loop/x"),
    ],
)
def test_a_path_is_where_it_really_is(root: Path, spelled: str, expected: str) -> None:
    for folder in ("here", "target"):
        (root / folder).mkdir()
    (root / "target" / "file").touch()
    (root / "here" / "link").symlink_to("../target")
    (root / "here" / "file-link").symlink_to(root / "target" / "file")
    (root / "here" / "dangling").symlink_to("../target/not-yet")
    (root / "here" / "loop").symlink_to("loop")
    assert repository.real(spelled, str(root / "here")) == str(root / expected)
    assert repository.real(str(root / "here" / spelled), "/elsewhere") == str(root / expected)


def test_a_tilde_is_the_home_directory(root: Path) -> None:
    (root / "home").mkdir()
    assert repository.real("~/a.py", "/elsewhere") == str(root / "home" / "a.py")
    assert repository.real("~nobody-of-this-name/a.py", str(root)) == str(root / "~nobody-of-this-name" / "a.py")


def test_a_session_in_a_linked_directory_is_where_the_link_leads(main: Path) -> None:
    (main.parent / "shortcut").symlink_to(main)
    assert place_of(repository.real("a.py", str(main.parent / "shortcut"))) == "a.py"


def test_a_name_is_spelled_as_the_file_system_spells_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "Src").mkdir()
    (root / "Src" / "Caf\u00e9.py").touch()
    monkeypatch.setattr(repository, "_folds_case", lambda: True)
    assert repository.real("sRC/cafe\u0301.PY", str(root)) == str(root / "Src" / "Caf\u00e9.py")
    assert repository.real("src/New.py", str(root)) == str(root / "Src" / "New.py")
    assert repository.real("Src/Caf\u00e9.py", str(root)) == str(root / "Src" / "Caf\u00e9.py")


def test_a_name_that_is_there_as_spelled_is_preferred(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("A", "a"):
        (root / name).touch()
    monkeypatch.setattr(repository, "_folds_case", lambda: True)
    assert [repository.real(name, str(root)) for name in ("a", "A")] == [str(root / "a"), str(root / "A")]
