"""Bringing a branch home: what was begun, and what a task says is to be checked before."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


class PendingMerge(NamedTuple):
    """A merge that was begun: `base` moves from `old` to `new`, and its checkout `root`, if it has one, follows."""

    branch: str
    base: str
    old: str
    new: str
    root: str | None
    worktree: str | None
    agent: int


class Merged(NamedTuple):
    """A merge that git could make: its commit. No `tree` says that it brings nothing new."""

    commit: str
    tree: str | None


class Stopped(NamedTuple):
    """A merge that git could not make: since both changed the same (`clashing`), or for what its words say."""

    clashing: bool
    words: str


class Checked(NamedTuple):
    """A check that was run, how it ended, the last lines that it printed, and where all of them are."""

    command: str
    code: int
    lines: tuple[str, ...]
    log: str


Check = Callable[[str, str], Checked]
"""Runs a command in the merged checkout; the second is the name of what is merged."""


def check_of(done_when: str | None) -> str | None:
    """The command by which a task is checked: the first text between backticks of what it is done when."""
    found = _CODE.search(done_when or "")
    return found[1].strip() or None if found else None
