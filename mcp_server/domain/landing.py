"""Bringing a branch home: what was begun, and what a task says is to be checked before."""

from __future__ import annotations

import re
from typing import NamedTuple

_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


class Begun(NamedTuple):
    """A merge that was begun: `base` moves from `old` to `new`, and its checkout `root`, if it has one, follows."""

    branch: str
    base: str
    old: str
    new: str
    root: str | None
    worktree: str | None
    agent: int


def check_of(done_when: str | None) -> str | None:
    """The command by which a task is checked: the first text between backticks of what it is done when."""
    found = _CODE.search(done_when or "")
    return found[1].strip() or None if found else None
