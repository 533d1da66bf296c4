"""The few questions about the disk that rights depend on."""

from __future__ import annotations

import os

MOST_NAMES = 2_000


class Disk:
    """The real disk. What cannot be read counts as missing."""

    def is_dir(self, path: str) -> bool:
        """Whether `path` is a directory, links followed."""
        return os.path.isdir(path)

    def exists(self, path: str) -> bool:
        """Whether there is anything at `path`, even a dangling link."""
        return os.path.lexists(path)

    def real(self, path: str) -> str:
        """`path` with all links resolved."""
        return os.path.realpath(path)

    def names(self, folder: str) -> list[str]:
        """The names in `folder`, at most `MOST_NAMES` of them."""
        found: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if len(found) == MOST_NAMES:
                        break
                    found.append(entry.name)
        except OSError:
            pass
        return found
