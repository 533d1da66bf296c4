"""The git command that a git server's tool stands for."""

from __future__ import annotations

import pytest

from hooks.event.git_servers import git_command
from hooks.event.other_servers import words


@pytest.mark.parametrize(
    ("tool", "arguments", "command"),
    [
        ("git_status", {}, None),
        ("git_diff_unstaged", {}, None),
        ("git_set_working_dir", {"path": "/r"}, None),
        ("git_checkout", {"branch_name": "x y"}, "git checkout 'x y'"),
        ("git_checkout", {"target": "new", "createBranch": True}, "git checkout -b 'new'"),
        ("git_create_branch", {"branch_name": "b", "base_branch": "main"}, "git branch 'b' 'main'"),
        ("git_branch", {"operation": "list"}, None),
        ("git_branch", {"operation": "delete", "name": "b", "force": True}, "git branch -D --force 'b'"),
        ("git_reset", {}, "git reset"),
        ("git_reset", {"mode": "hard", "target": "HEAD~1"}, "git reset --hard 'HEAD~1'"),
        ("git_commit", {"message": "m"}, "git commit -m x"),
        ("git_commit", {"message": "m", "amend": True}, "git commit -m x --amend"),
        ("git_add", {"files": ["a b", "c"]}, "git add -- 'a b' 'c'"),
        ("git_stash", {"mode": "pop"}, "git stash pop"),
        ("git_clean", {"force": True}, "git clean --force"),
        ("git_cherry_pick", {"commitRef": "abc"}, "git cherry-pick 'abc'"),
        ("git_worktree", {"mode": "list"}, None),
        ("gitMerge", {"branch": "b'c"}, "git merge 'b'\\''c'"),
    ],
)
def test_the_command_is_what_one_would_type(tool: str, arguments: dict[str, object], command: str | None) -> None:
    assert git_command(words(tool)[1:], arguments) == command
