"""The files of a repository on disk, for the readers of build output.

On the path of a hook: git is asked only when a name is no path from a known folder, and for a bounded time.
"""

from __future__ import annotations

import os

from mcp_server.adapters.git import runner

MOST_FILES = 200_000
MOST_FOUND = 50
SECONDS = 2.0
LARGEST_TEXT = 64 * 1024
_SKIPPED = frozenset((".git", "node_modules", ".venv", "venv", "__pycache__", ".tox", "target", "dist", "build"))


class SourceTree:
    """The files below `root`, an absolute path."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._real = os.path.realpath(root)
        self._by_name: dict[str, list[str]] | None = None

    @property
    def root(self) -> str:
        """The absolute path of the repository."""
        return self._root

    def is_file(self, path: str) -> bool:
        """Whether the repo-relative `path` is a file inside the repository."""
        try:
            return os.path.isfile(os.path.join(self._root, path))
        except ValueError:  # a name that no file system has
            return False

    def find(self, suffix: str) -> list[str]:
        """The files that git knows, or would, whose path is `suffix` or ends with `/suffix`."""
        if self._by_name is None:
            self._by_name = _by_name(self._listing())
        known = self._by_name.get(suffix.rpartition("/")[2], [])
        found = [path for path in known if path == suffix or path.endswith("/" + suffix)]
        return [path for path in found[:MOST_FOUND] if self.is_file(path)]

    def text(self, path: str) -> str:
        """The beginning of a file of the repository, or nothing when it cannot be read."""
        try:
            if not os.path.realpath(os.path.join(self._root, path)).startswith(self._real + os.sep):
                return ""
            with open(os.path.join(self._root, path), encoding="utf-8", errors="replace") as handle:
                return handle.read(LARGEST_TEXT)
        except (OSError, ValueError):
            return ""

    def _listing(self) -> list[str]:
        listing = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        try:
            return runner.records(runner.ask(self._root, *listing, seconds=SECONDS))[:MOST_FILES]
        except runner.GitRefused:
            return _walked(self._root)


def _walked(root: str) -> list[str]:
    found: list[str] = []
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        inside = os.path.relpath(folder, root).replace(os.sep, "/")
        found.extend(name if inside == "." else f"{inside}/{name}" for name in files)
        if len(found) >= MOST_FILES:
            break
    return found[:MOST_FILES]


def _by_name(paths: list[str]) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for path in paths:
        named.setdefault(path.rpartition("/")[2], []).append(path)
    return named
