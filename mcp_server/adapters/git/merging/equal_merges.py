"""Finds merges with equal results: same trees and same merge base, whatever the commits are.

So an amended commit, or one whose content was checked before it was committed, costs no merge.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from mcp_server.adapters.git import runner


class EqualMerges:
    """Finds, among the merges that were `tried`, by "OURS THEIRS", one with the same result as another."""

    def __init__(self, root: str, env: Mapping[str, str], tried: Mapping[str, Any], trees: Mapping[str, str]) -> None:
        self._root = root
        self._env = env
        self._trees = dict(trees)
        self._tried = [key for key in tried if set(key.split(" ")) <= set(trees)]

    def trees(self, commits: Collection[str]) -> dict[str, str]:
        """The trees of these commits; none of them where git does not know one: then no merge is equal."""
        new = sorted(set(commits) - set(self._trees))
        if new:
            done = runner.run(self._root, "rev-parse", *[f"{commit}^{{tree}}" for commit in new], env=self._env)
            found = runner.text(done.out).split() if done.code == 0 else []
            self._trees |= dict(zip(new, found, strict=False))
        return {commit: self._trees[commit] for commit in commits if commit in self._trees}

    def known(self, key: str) -> str | None:
        """A merge that was tried and has the same result, or None."""
        trees = self._trees_of(key)
        others = [other for other in self._tried if trees is not None and self._trees_of(other) == trees]
        if not others:
            return None
        origin = self._origin(key)
        return next((other for other in others if origin is not None and self._origin(other) == origin), None)

    def _trees_of(self, key: str) -> list[str] | None:
        found = [self._trees.get(commit) for commit in key.split(" ")]
        return None if None in found else [tree for tree in found if tree is not None]

    def _origin(self, key: str) -> list[str] | None:
        done = runner.run(self._root, "merge-base", "--all", *key.split(" "), env=self._env)
        return sorted(runner.text(done.out).split()) if done.code == 0 else None
