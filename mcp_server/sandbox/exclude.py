"""Grants a directory without some places in it.

The kernel grants everything below a directory and cannot exclude anything there, so the siblings along the way down to
an excluded place are granted instead.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_NAMES = 2_000


def excluding(folder: str, excluded: Sequence[str]) -> list[str]:
    """What to grant of `folder` so that nothing in `excluded` is granted: `folder` itself if none of them lies in it.

    Otherwise, what is created later directly in a directory on the way down is not granted.
    """
    if any(is_within(folder, place) for place in excluded):
        return []
    if not any(is_within(place, folder) for place in excluded):
        return [folder]
    found: list[str] = []
    for name in names(folder):
        child = os.path.join(folder, name)
        # For a link its target would be granted.
        if os.path.realpath(child) == child:
            found += excluding(child, excluded)
    return found


def names(folder: str) -> list[str]:
    """The names in `folder`, at most `MOST_NAMES` of them; none if it cannot be read."""
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


def is_within(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def is_covered(path: str, folders: Iterable[str]) -> bool:
    """Whether `path` is, or lies below, one of `folders`."""
    return any(is_within(path, folder) for folder in folders)


def nearest_existing(path: str) -> str:
    """`path` if it is a directory, else the nearest directory above it that exists."""
    while not os.path.isdir(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return path
