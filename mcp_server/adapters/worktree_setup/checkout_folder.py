"""A checkout on disk, for the reading of what it lacks."""

from __future__ import annotations

import os

from mcp_server.adapters.git import runner

LARGEST = 64 * 1024 * 1024


class FolderOnDisk:
    """The files below `root`."""

    def __init__(self, root: str) -> None:
        self._root = root

    def is_file(self, path: str) -> bool:
        """Whether this is a file."""
        return os.path.isfile(os.path.join(self._root, path))

    def is_folder(self, path: str) -> bool:
        """Whether this is a folder."""
        return os.path.isdir(os.path.join(self._root, path))

    def text(self, path: str) -> str:
        """A text file, or nothing when it cannot be read."""
        try:
            with open(os.path.join(self._root, path), encoding="utf-8", errors="replace") as handle:
                return handle.read(LARGEST)
        except OSError:
            return ""

    def names(self, path: str) -> list[str]:
        """What lies in a folder; nothing when it is none."""
        try:
            return sorted(os.listdir(os.path.join(self._root, path)))
        except OSError:
            return []

    def tracked(self, names: tuple[str, ...]) -> list[str]:
        """The files under version control that are called so, and are there."""
        said = runner.run(self._root, "ls-files", "-z", "--", *[f":(glob)**/{name}" for name in names])
        return [path for path in runner.records(said.out) if self.is_file(path)]
