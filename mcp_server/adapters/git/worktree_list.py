"""Reads what `git worktree list` prints."""

from __future__ import annotations

import os

from mcp_server.adapters.git import runner
from mcp_server.adapters.host.repository import main_worktree, repository_of
from mcp_server.domain.worktree import Listed

COMMAND = ("worktree", "list", "--porcelain", "-z")


def listed(root: str) -> list[Listed]:
    """The worktrees of the repository around `root`, the main one first; refuses (GitRefused) in git's words."""
    return located(root, read(runner.text(runner.ask(root, *COMMAND))))


def located(root: str, worktrees: list[Listed]) -> list[Listed]:
    """The same with the main worktree where it really is: of a separate git folder git names that folder instead.

    Its path is empty where it is not known.
    """
    main, *linked = worktrees
    common = os.path.dirname(repository_of(os.path.realpath(root)).state)
    if main.bare or os.path.realpath(main.path) != common:
        return worktrees
    return [main._replace(path=main_worktree(common) or ""), *linked]


def read(output: str) -> list[Listed]:
    """The worktrees in this output, the main one first. One before its first commit has no commit."""
    blocks = [block for block in output.split("\0\0") if block]
    return [_listed(block.split("\0"), is_main=number == 0) for number, block in enumerate(blocks)]


def _listed(lines: list[str], *, is_main: bool) -> Listed:
    said = dict(line.partition(" ")[::2] for line in lines if line)
    branch = said.get("branch", "").removeprefix("refs/heads/") or None
    commit = said.get("HEAD", "")
    return Listed(
        said["worktree"],
        commit if commit.strip("0") else None,
        branch,
        is_main,
        "bare" in said,
        said.get("locked"),
        said.get("prunable"),
    )
