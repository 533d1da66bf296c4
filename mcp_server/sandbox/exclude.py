"""How is a directory granted when something that must not be written lies in it?

Rights go down a tree and can't be taken away below, so everything beside the way down to such a place is granted
instead.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mcp_server.sandbox.disk import Disk


def carved(folder: str, kept: Sequence[str], disk: Disk) -> list[str]:
    """What can be granted of `folder` so that nothing in `kept` is: `folder` itself where none of them lies there.

    What is made later, directly in a directory on the way down, is not granted then.
    """
    if any(is_within(folder, place) for place in kept):
        return []
    if not any(is_within(place, folder) for place in kept):
        return [folder]
    found: list[str] = []
    for name in disk.names(folder):
        child = os.path.join(folder, name)
        # A link would grant what it leads to.
        if disk.real(child) == child:
            found += carved(child, kept, disk)
    return found


def is_within(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def is_covered(path: str, folders: Iterable[str]) -> bool:
    """Whether `path` is, or lies below, one of `folders`."""
    return any(is_within(path, folder) for folder in folders)


def standing(path: str, disk: Disk) -> str:
    """The nearest directory above `path`, or `path` itself, that is there."""
    while not disk.is_dir(path):
        above = os.path.dirname(path)
        if above == path:
            break
        path = above
    return path
