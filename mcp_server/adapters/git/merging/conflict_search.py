"""Finds which branches of this repository conflict. Git is asked once for each pair that has changed.

The results are cached in a folder that may be deleted at any time. On the path of a hook.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from math import inf
from pathlib import Path
from typing import Any

from mcp_server.adapters.git import runner, snapshots, worktree_list
from mcp_server.adapters.git.merging import merge_tree
from mcp_server.adapters.git.merging.equal_merges import EqualMerges
from mcp_server.adapters.git.work.worktree import GitWork
from mcp_server.adapters.host.atomic_write import private_folder, replace
from mcp_server.adapters.host.parallel import in_parallel
from mcp_server.adapters.host.repository import own_git_folder
from mcp_server.domain.branch import CheckedOut, FoundConflicts, Side
from mcp_server.domain.conflict import Conflict
from mcp_server.domain.worktree import Listed, Worktree

FOLDER = "conflicts"
REMEMBERED = "found.json"

Pair = tuple[str, str]


class GitConflictSearch:
    """The branches and the checkouts of one repository."""

    def __init__(self, root: str, state: str) -> None:
        self._root = root
        self._folder = Path(state, FOLDER)
        self._temp_objects = snapshots.TempObjects(self._folder, root)

    def checkouts(self) -> list[CheckedOut]:
        """The repository's checkouts that are there, the main one first; a bare one has no commit."""
        found = (_checkout(tree) for tree in worktree_list.listed(self._root) if tree.path)
        return [one for one in found if os.path.isdir(one.root)]

    def tips(self, branches: Sequence[str]) -> dict[str, str]:
        names = [f"refs/heads/{branch}" for branch in branches]
        if not names:
            return {}
        said = runner.ask(self._root, "for-each-ref", "--format=%(refname)%00%(objectname)%00", *names)
        parts = runner.text(said).split("\0")
        refs = [name.strip().removeprefix("refs/heads/") for name in parts[::2]]
        found = dict(zip(refs, parts[1::2], strict=False))
        return {branch: found[branch] for branch in branches if branch in found}

    def remote_tips(self, branches: Sequence[str]) -> dict[str, tuple[str, str]]:
        from mcp_server.adapters.git.remote.names import main_remote, tracking  # only where several machines work

        remote = main_remote(self._root)
        refs = {tracking(remote, branch): branch for branch in branches} if remote is not None else {}
        if not refs:
            return {}
        said = runner.ask(self._root, "for-each-ref", "--format=%(refname) %(objectname)", *refs)
        known = dict(line.split(" ") for line in runner.text(said).splitlines())
        return {branch: (ref.removeprefix("refs/remotes/"), known[ref]) for ref, branch in refs.items() if ref in known}

    def arrived(self, worktree: Worktree) -> str | None:
        return GitWork(self._root, str(self._folder.parent)).arrived(worktree)

    def temp_objects(self) -> dict[str, str]:
        """What keeps the objects of a merge that is only tried out of the repository."""
        with self._alone():
            self._temp_objects.prepare()
        return self._temp_objects.env

    def find_conflicts(self, sides: Sequence[Side], pairs: Sequence[Pair]) -> FoundConflicts:
        """The conflicts of each of these pairs of sides, by their names, and which could not be checked and why."""
        with self._alone():
            remembered = self._recall()
            try:
                return self._look(sides, pairs, remembered)
            finally:
                self._remember(remembered)

    def _look(self, sides: Sequence[Side], pairs: Sequence[Pair], remembered: dict[str, Any]) -> FoundConflicts:
        known: dict[str, list[str]] = remembered["snapshots"]
        trouble: dict[str, str] = {}
        commits: dict[str, str] = {}
        seen: dict[str, list[str]] = {}
        looked = in_parallel(lambda side: self._commit(side, known.get(side.root or "")), list(sides))
        for side, (commit, sign, why) in zip(sides, looked, strict=True):
            if why is not None:
                trouble[side.name] = why
                continue
            commits[side.name] = commit
            if side.root is not None and sign is not None:
                seen[side.root] = [sign, commit]
        remembered["snapshots"] = seen
        wanted = {pair: f"{commits[pair[0]]} {commits[pair[1]]}" for pair in pairs if set(pair) <= set(commits)}
        anew, failed = self._tried(set(wanted.values()), remembered)
        tried = remembered["tried"]
        trouble |= {" and ".join(pair): failed[key] for pair, key in wanted.items() if key in failed}
        if trouble:  # the temporary objects may be the cause: take every snapshot again
            remembered["snapshots"] = {}
        found = {pair: _conflicts(tried[key]) for pair, key in wanted.items() if key in tried}
        dirty = frozenset(side.name for side in sides if commits.get(side.name, side.commit) != side.commit)
        return FoundConflicts(found, trouble, anew, dirty)

    def _tried(self, wanted: set[str], remembered: dict[str, Any]) -> tuple[int, dict[str, str]]:
        """Try the merges that are not in the cache yet; how many were tried, and which failed and why."""
        before: dict[str, Any] = remembered["tried"]
        new = sorted(wanted - set(before))
        equal = EqualMerges(self._root, self._temp_objects.env, before, remembered["trees"])
        remembered["trees"] = equal.trees({commit for key in wanted for commit in key.split(" ")})
        remembered["tried"] = {key: before[key] for key in wanted & set(before)}
        same = dict(zip(new, in_parallel(equal.known, new), strict=True))
        remembered["tried"] |= {key: before[other] for key, other in same.items() if other is not None}
        left = [key for key, other in same.items() if other is None]
        failed = {}
        for key, (rows, why) in zip(left, in_parallel(self._try, left), strict=True):
            if why is None:
                remembered["tried"][key] = rows
            else:
                failed[key] = why
        return len(left), failed

    def _commit(self, side: Side, known: list[str] | None) -> tuple[str, str | None, str | None]:
        if side.root is None:
            return side.commit, None, None
        try:
            changes = snapshots.uncommitted(side.root, side.commit, side.pathspecs)
            if not changes.paths:
                return side.commit, None, None
            if known is not None and changes.sign == known[0]:
                return known[1], changes.sign, None
            return self._temp_objects.commit(side.root, side.commit, changes.paths), changes.sign, None
        except OSError as error:
            return "", None, str(error)

    def _try(self, key: str) -> tuple[list[object], str | None]:
        ours, theirs = key.split(" ")
        try:
            return [list(one) for one in merge_tree.conflicts(self._root, ours, theirs, self._temp_objects.env)], None
        except runner.GitRefused as error:
            return [], error.words

    def _recall(self) -> dict[str, Any]:
        nothing: dict[str, Any] = {"snapshots": {}, "tried": {}, "trees": {}}
        if not self._temp_objects.prepare():
            return nothing
        try:
            said = json.loads((self._folder / REMEMBERED).read_text(encoding="utf-8"))
            return said if isinstance(said, dict) and set(said) == set(nothing) else nothing
        except (OSError, ValueError):
            return nothing

    def _remember(self, remembered: dict[str, Any]) -> None:
        file = self._folder / REMEMBERED
        said = json.dumps(remembered)
        replace(str(file), said.encode())

    def _alone(self) -> AbstractContextManager[object]:
        """One search at a time: the next one finds what this one found."""
        private_folder(self._folder)
        try:
            from mcp_server.adapters.host.process_lock import process_lock
        except ImportError:  # a system without such locks: two searches do the same work twice
            return nullcontext()
        return process_lock(str(self._folder / "turn"), patience=inf)


def _conflicts(rows: list[Any]) -> tuple[Conflict, ...]:
    return tuple(
        Conflict(path, kind, tuple((a, b) for a, b in ours), tuple((a, b) for a, b in theirs), sign)
        for path, kind, ours, theirs, sign in rows
    )


def _checkout(listed: Listed) -> CheckedOut:
    root = os.path.realpath(listed.path)
    return CheckedOut(root, listed.branch, listed.head, _files(root))


def _files(root: str) -> int:
    """How many entries the checkout's index has: the third number in its header, as gitformat-index(5) has it."""
    try:
        with open(os.path.join(own_git_folder(root), "index"), "rb") as index:
            header = index.read(12)
    except OSError:
        return 0
    return int.from_bytes(header[8:]) if header.startswith(b"DIRC") else 0
