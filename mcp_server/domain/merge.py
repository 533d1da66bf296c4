"""A merge: its record while it is pending, its result, and the check that a task asks for."""

from __future__ import annotations

import re
from typing import NamedTuple

_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


class PendingMerge(NamedTuple):
    """A merge that was begun: `base` moves from `old` to `new`, then its checkout `root`, if any, is fast-forwarded.

    `approves`: `agent` approves the task of the worktree with it.
    """

    branch: str
    base: str
    old: str
    new: str
    root: str | None
    worktree: str | None
    agent: int
    approves: bool = False


class MergeCommit(NamedTuple):
    """A merge that git made: its commit. Without a `tree` there was nothing to merge."""

    commit: str
    tree: str | None


class Arrival(NamedTuple):
    """Whether a commit's content is in a branch: the `commit` with which it arrived, None where something is missing.

    `reverted_by` is the commit of the branch that undid it since.
    """

    commit: str | None
    reverted_by: str | None = None

    @property
    def is_complete(self) -> bool:
        """Whether it arrived and is still there."""
        return self.commit is not None and self.reverted_by is None


class MergeStopped(NamedTuple):
    """A merge that git could not make: because of conflicts (`conflicting`), or for the reason in `words`."""

    conflicting: bool
    words: str


class CheckResult(NamedTuple):
    """The result of a check: its exit code, its last lines of output, and the complete log."""

    command: str
    code: int
    lines: tuple[str, ...]
    log: str


class Pushed(NamedTuple):
    """What came of a push: `done`, or `moved`, since the remote's branch is not where it was; else `why` not."""

    done: bool
    moved: bool = False
    why: str = ""


def result_words(code: int) -> str:
    """How a check ended, by its exit code, as one says it after its command."""
    return f"failed (exit code {code})" if code else "passed"


def check_of(done_when: str | None) -> str | None:
    """The command that checks a task: the first text between backticks in its `done_when`; None without one."""
    found = _CODE.search(done_when or "")
    return found[1].strip() or None if found else None
