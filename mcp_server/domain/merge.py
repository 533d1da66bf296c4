"""A merge: what was begun, what came of it, and the check that a task asks for."""

from __future__ import annotations

import re
from typing import NamedTuple

_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


class PendingMerge(NamedTuple):
    """A merge that was begun: `base` moves from `old` to `new`, then its checkout `root`, if any, is fast-forwarded."""

    branch: str
    base: str
    old: str
    new: str
    root: str | None
    worktree: str | None
    agent: int


class MergeCommit(NamedTuple):
    """A merge that git could make: its commit. Without a `tree` it brings nothing new."""

    commit: str
    tree: str | None


class MergeStopped(NamedTuple):
    """A merge that git could not make: because of conflicts (`conflicting`), or for what its words say."""

    conflicting: bool
    words: str


class CheckResult(NamedTuple):
    """A check that was run: its exit code, the last lines that it printed, and the log with all of them."""

    command: str
    code: int
    lines: tuple[str, ...]
    log: str


def check_of(done_when: str | None) -> str | None:
    """The command that checks a task: the first text between backticks in its `done_when`; None without one."""
    found = _CODE.search(done_when or "")
    return found[1].strip() or None if found else None
