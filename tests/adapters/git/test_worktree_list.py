"""What `git worktree list` prints is read."""

from __future__ import annotations

from pathlib import Path

from mcp_server.adapters.git import worktree_list
from mcp_server.domain.worktree import Listed
from tests.adapters.git_repositories import git, git_repository


def test_every_kind_of_worktree_is_read(root: Path) -> None:
    repo = git_repository(root / "a repo")
    head = git(repo, "rev-parse", "HEAD")
    for name, options in (("loose", ["--detach"]), ("locked", ["-b", "fix/x"]), ("gone", ["-b", "y"])):
        git(repo, "worktree", "add", "--quiet", *options, str(root / name))
    git(repo, "worktree", "lock", "--reason", "on a stick", str(root / "locked"))
    (root / "gone" / ".git").unlink()
    main, *linked = worktree_list.read(git(repo, *worktree_list.COMMAND))
    gone, locked, loose = sorted(linked, key=lambda one: {"gone": 0, "locked": 1, "loose": 2}[Path(one.path).name])
    assert main == Listed(str(repo), head, "main", True)
    assert loose == Listed(str(root / "loose"), head, None, False)
    assert locked == Listed(str(root / "locked"), head, "fix/x", False, locked="on a stick")
    assert gone.prunable is not None


def test_a_bare_repository_and_one_before_its_first_commit_have_no_commit(root: Path) -> None:
    for folder, options in (("bare", ["--bare"]), ("new", [])):
        (root / folder).mkdir()
        git(root / folder, "init", "--quiet", "--initial-branch=main", *options)
    [bare] = worktree_list.read(git(root / "bare", *worktree_list.COMMAND))
    [new] = worktree_list.read(git(root / "new", *worktree_list.COMMAND))
    assert (bare.bare, bare.head) == (True, None)
    assert (new.bare, new.head, new.branch) == (False, None, "main")
