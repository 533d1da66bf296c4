"""Reads what `git worktree list` prints."""

from __future__ import annotations

from mcp_server.adapters.git import runner
from mcp_server.domain.worktree import Listed

COMMAND = ("worktree", "list", "--porcelain", "-z")


def listed(root: str) -> list[Listed]:
    """The worktrees of the repository around `root`, the main one first; refuses (GitRefused) in git's words."""
    return read(runner.text(runner.ask(root, *COMMAND)))


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
