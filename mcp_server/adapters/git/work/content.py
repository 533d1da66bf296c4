"""Is all that a commit changed in a branch, however it came there: merged, squashed, rebased, picked, or by hand?"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from mcp_server.adapters.git import runner
from mcp_server.adapters.git.work.undone import Change, reverted_by, was_undone
from mcp_server.domain.merge import Arrival

MOST_TRIED = 200
"""Commits of the base that are compared. A branch that is older than that many changes to its files is not found."""


def arrival(
    root: str, tip: str, base: str, *, start: str = "", missed: str | None = None, most: int = MOST_TRIED
) -> Arrival:
    """Where in `base`, a commit, the content of the commit `tip` arrived, and which commit undid it.

    `start` is the commit that its branch began at. At `missed`, an earlier commit of the base, it was not there. At
    `most` so many commits of the base are compared.
    """
    origin = _origin(root, tip, base)
    if origin is None:
        return Arrival(None)
    if origin == tip:
        return Arrival(tip, reverted_by(root, _brought(root, tip, base, start), tip, base))
    changes = _changes(root, origin, tip)
    with _objects(root) as env:
        if not changes or _adds_nothing(root, tip, base, env):
            return Arrival(base)
        return _earlier(root, _Branch(tip, base, origin, tuple(changes), missed, most), env)


class _Branch(NamedTuple):
    """The commit `tip` beside `base`, both from `origin`, what it changed since, and where that was missed."""

    tip: str
    base: str
    origin: str
    changes: tuple[Change, ...]
    missed: str | None
    most: int


def _earlier(root: str, branch: _Branch, env: Mapping[str, str]) -> Arrival:
    """The same where the base has changed these files since: a commit of it at which nothing was missing."""
    equal = _equal_commits(root, branch)
    tried = _touching(root, branch)[: branch.most] if branch.most else []
    found = next((commit for commit in tried if _adds_nothing(root, branch.tip, commit, env)), None)
    found = found or (equal[-1] if equal else None)
    if found is None:
        return Arrival(None)
    by = reverted_by(root, {found, *equal}, found, branch.base)
    if by is not None:
        return Arrival(None, by)
    return Arrival(None) if was_undone(root, branch.changes, found, branch.base) else Arrival(found)


def _brought(root: str, tip: str, base: str, start: str) -> set[str]:
    """The commits of the branch, and the merge by which they became a part of the base's history, if there was one."""
    own = set(_lines(root, "rev-list", f"--max-count={MOST_TRIED}", tip, "--not", start)) if start else set()
    path = _lines(root, "rev-list", "--first-parent", "--ancestry-path", "--reverse", f"{tip}..{base}")
    if not path or runner.run(root, "merge-base", "--is-ancestor", tip, f"{path[0]}^1").code == 0:
        return own
    return {path[0], *own, *_lines(root, "rev-list", f"--max-count={MOST_TRIED}", tip, "--not", f"{path[0]}^1")}


def _origin(root: str, tip: str, base: str) -> str | None:
    found = runner.run(root, "merge-base", base, tip)
    return runner.text(found.out).split("\n", 1)[0].strip() or None if found.code == 0 else None


def _changes(root: str, old: str, new: str) -> list[Change]:
    parts = runner.text(runner.ask(root, "diff-tree", "-r", "-z", "--no-renames", old, new)).split("\0")
    rows = zip(parts[::2], parts[1::2], strict=False)
    return [Change(path, *described.lstrip(":").split(" ")[:4]) for described, path in rows]


def _adds_nothing(root: str, tip: str, onto: str, env: Mapping[str, str]) -> bool:
    """Whether merging `tip` would leave `onto` as it is."""
    merged = runner.run(root, "merge-tree", "--write-tree", onto, tip, env=env)
    return merged.code == 0 and runner.text(merged.out).split()[:1] == _lines(root, "rev-parse", onto + "^{tree}")


def _touching(root: str, branch: _Branch) -> list[str]:
    """The base's commits since the branch began that changed one of its files, oldest first."""
    since = [f"^{commit}" for commit in (branch.origin, branch.missed) if commit is not None]
    given = "\n".join([*since, branch.base, "--", *(change.path for change in branch.changes), ""])
    asked = ("rev-list", "--first-parent", "--reverse", "--stdin")
    literally = {"GIT_LITERAL_PATHSPECS": "1"}
    said = runner.run(root, *asked, given=given.encode("utf-8", "surrogateescape"), env=literally)
    return runner.text(said.out).split() if said.code == 0 else []


def _equal_commits(root: str, branch: _Branch) -> list[str]:
    """The base's commits that are the branch's under other names, in order; none unless all of its commits are."""
    asked = ("rev-list", "--cherry-mark", "--left-right", "--no-merges", "--reverse", f"{branch.base}...{branch.tip}")
    marks = _lines(root, *asked)
    if any(mark.startswith(">") for mark in marks):
        return []
    both = {mark[1:] for mark in marks if mark.startswith("=")}
    return [
        commit for commit in _lines(root, "rev-list", "--reverse", branch.base, "--not", branch.tip) if commit in both
    ]


def _lines(root: str, *arguments: str) -> list[str]:
    said = runner.run(root, *arguments)
    return runner.text(said.out).split() if said.code == 0 else []


@contextmanager
def _objects(root: str) -> Iterator[dict[str, str]]:
    """What keeps the objects of merges that are only tried out of the repository."""
    real = runner.line(root, "rev-parse", "--path-format=absolute", "--git-path", "objects")
    with tempfile.TemporaryDirectory(prefix="interlock-") as folder:
        yield {"GIT_OBJECT_DIRECTORY": folder, "GIT_ALTERNATE_OBJECT_DIRECTORIES": _quoted(real)}


def _quoted(path: str) -> str:
    """As git reads a list of folders, in which a colon separates and a quote begins a quoted one."""
    if ":" not in path and not path.startswith('"'):
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
