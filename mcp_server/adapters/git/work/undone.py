"""Has what came into a branch been undone there since: reverted by a commit that says so, or taken out by hand?"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from mcp_server.adapters.git import runner

_REVERTS = re.compile(r"\bThis reverts commit ([0-9a-f]{7,64})")
_NOTHING = "000000"
_REGULAR = ("100644", "100755")


class Change(NamedTuple):
    """A path with its mode and blob before and after."""

    path: str
    old_mode: str
    new_mode: str
    old: str
    new: str

    @property
    def is_added(self) -> bool:
        """Whether there was nothing before."""
        return self.old_mode == _NOTHING

    @property
    def is_deleted(self) -> bool:
        """Whether there is nothing after."""
        return self.new_mode == _NOTHING


def reverted_by(root: str, commits: Collection[str], since: str, base: str) -> str | None:
    """The commit of `base` after `since` that reverts one of these, unless it was reverted itself; else None."""
    if not commits or since == base:
        return None
    asked = ("log", "--reverse", "--grep=This reverts commit", "--format=%H%x00%B%x00")
    said = runner.run(root, *asked, f"{since}..{base}")
    parts = [part.strip() for part in runner.text(said.out).split("\0")]
    live: dict[str, str] = {}
    for commit, message in zip(parts[::2], parts[1::2], strict=False):
        for target in _REVERTS.findall(message):
            live = {by: what for by, what in live.items() if not by.startswith(target)}
            if any(one.startswith(target) for one in commits):
                live[commit] = target
    return next(iter(live), None)


def was_undone(root: str, changes: Sequence[Change], since: str, base: str) -> bool:
    """Whether one of these changes, which were in `base` at its commit `since`, is no longer there."""
    now = _later(root, since, base)
    touched = [change for change in changes if change.path in now]
    return any(_is_undone(root, change, now[change.path]) for change in touched)


def _later(root: str, since: str, base: str) -> dict[str, str | None]:
    """The blob of each path that changed since, wherever it was moved; None where it was deleted."""
    said = runner.ask(root, "diff-tree", "-r", "-z", "--find-renames", since, base)
    parts = iter(runner.text(said).split("\0"))
    found: dict[str, str | None] = {}
    for described in parts:
        if not described:
            break
        _, mode, _, blob, how = described.lstrip(":").split(" ")
        path = next(parts)
        if how[0] in "RC":
            next(parts)
        found[path] = None if mode == _NOTHING else blob
    return found


def _is_undone(root: str, change: Change, now: str | None) -> bool:
    if now is None:
        return change.is_added
    if change.is_deleted or change.is_added:
        return change.is_deleted and now == change.old
    regular = change.old_mode in _REGULAR and change.new_mode in _REGULAR
    return now == change.old or (regular and _takes_nothing_out(root, change, now))


def _takes_nothing_out(root: str, change: Change, now: str) -> bool:
    """Whether taking the change out of the file as it is now leaves it as it is: then it was taken out before."""
    with tempfile.TemporaryDirectory(prefix="interlock-") as folder:
        files = [Path(folder, name) for name in ("now", "with", "without")]
        for file, blob in zip(files, (now, change.new, change.old), strict=True):
            file.write_bytes(runner.ask(root, "cat-file", "blob", blob))
        merged = runner.run(root, "merge-file", "--stdout", "--quiet", *map(str, files))
        return merged.code == 0 and merged.out == files[0].read_bytes()
