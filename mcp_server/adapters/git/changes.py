"""What changed in a worktree since a moment: asked of git and of the files' times, within bounds.

On the way of a hook: loads no more than running git takes.
"""

from __future__ import annotations

import os

from mcp_server.adapters.git import runner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS = 1.5
MOST_PATHS = 5_000
COARSE = 0.02
"""Seconds. The kernel stamps files with its last tick, which is a little behind the clock that a process reads."""
STATUS = ("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=dirty")


class Change:
    """A path, relative to the worktree, that changed; `content` is False when only its mode, owner or times did."""

    __slots__ = ("content", "path", "tracked")

    def __init__(self, path: str, *, content: bool, tracked: bool) -> None:
        self.path = path
        self.content = content
        self.tracked = tracked


def since(root: str, moment: float, known: Iterable[str] = ()) -> list[Change] | None:
    """The files under `root` that changed after `moment` and that git does not ignore.

    `known` are files that differed from the commit before, as far as anybody knows: one that no longer
    differs was restored. None when git can't tell within a second and a half.
    """
    states = _states(root)
    if states is None:
        return None
    for path in known:
        states.setdefault(path, "  ")
    found = (_changed(root, path, state, moment - COARSE) for path, state in list(states.items())[:MOST_PATHS])
    return [change for change in found if change is not None]


def _states(root: str) -> dict[str, str] | None:
    try:
        entries = runner.records(runner.ask(root, *STATUS, seconds=SECONDS))
    except runner.GitRefused:
        return None
    return {entry[3:]: entry[:2] for entry in entries}


def _changed(root: str, path: str, state: str, moment: float) -> Change | None:
    tracked = state != "??"
    file = os.path.join(root, path)
    try:
        found = os.lstat(file)
    except OSError:
        gone = "D" in state and _above_changed_at(file) >= moment
        return Change(path, content=True, tracked=tracked) if gone else None
    if found.st_mtime < moment and found.st_ctime < moment:
        return None
    if state == "  ":  # as in the commit again, if it is tracked at all
        return Change(path, content=True, tracked=True)
    # A file that was moved here or restored keeps an old time of its content, but then its inode is new as well;
    # that can't be seen afterwards, so what is older counts as a change of the mode.
    return Change(path, content=found.st_mtime >= moment, tracked=tracked)


def _above_changed_at(file: str) -> float:
    """When the nearest directory that is left changed last: whatever was deleted was deleted from it."""
    folder = os.path.dirname(file)
    while True:
        try:
            return os.stat(folder).st_mtime
        except OSError:
            if folder == os.path.dirname(folder):
                return 0.0
            folder = os.path.dirname(folder)
