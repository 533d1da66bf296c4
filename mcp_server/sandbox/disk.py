"""What is there on the disk? The few questions that rights depend on."""

from __future__ import annotations

import os

MOST_NAMES = 2_000


class Disk:
    """The real disk. What can't be looked at is not there."""

    def is_dir(self, path: str) -> bool:
        """Whether `path` is a directory, links followed."""
        return os.path.isdir(path)

    def exists(self, path: str) -> bool:
        """Whether anything is at `path`, be it a dangling link."""
        return os.path.lexists(path)

    def real(self, path: str) -> str:
        """`path` where it really is."""
        return os.path.realpath(path)

    def names(self, folder: str) -> list[str]:
        """What lies in `folder`, as far as it is listed: at most `MOST_NAMES`."""
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
