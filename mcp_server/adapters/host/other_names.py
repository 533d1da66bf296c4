"""The other paths under which a file is written: hard links to it, and folders that are mounted in a second place.

What they have in common is a device and a number, and no name. On the hot path of a hook: a file with one name, on a
machine that mounts nothing twice, costs a question to the disk and a look at the list of mounts.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_MOUNTS = "/proc/self/mountinfo"
_MOST = 1 << 20


def other_names(path: str, roots: Iterable[str]) -> list[str]:
    """The other absolute paths of `path`, a real path: through mounts, and as hard links below `roots`."""
    mounted = [place for place in _through_mounts(path) if place != path and _is_same(place, path)]
    return list(dict.fromkeys([*mounted, *_links(path, roots)]))


def _links(path: str, roots: Iterable[str]) -> list[str]:
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return []
    if found.st_nlink < 2 or os.path.isdir(path):
        return []
    from mcp_server.adapters.host.bash_disk import same_file  # few files have two names

    return [place for root in roots for place in same_file(root, path, (found.st_ino, found.st_dev), found.st_nlink)]


def _through_mounts(path: str) -> list[str]:
    """Where else a path of the same file system would be, by the list of mounts."""
    mounts = _mounts()
    if not any(inner != "/" for _, inner, _ in mounts):
        return []
    within = [mount for mount in mounts if _is_within(path, mount[2])]
    if not within:
        return []
    device, inner, place = max(within, key=lambda mount: len(mount[2]))
    real = _joined(inner, path[len(place.rstrip("/")) :])
    return [
        _joined(other, real[len(root.rstrip("/")) :])
        for also, root, other in mounts
        if also == device and _is_within(real, root)
    ]


def _mounts() -> list[tuple[str, str, str]]:
    """Each mount: its device, which folder of that is mounted, and where; those made last come last."""
    try:
        with open(_MOUNTS, encoding="utf-8", errors="surrogateescape") as handle:
            lines = [line.split(" ", 5) for line in handle.read(_MOST).splitlines()]
    except OSError:
        return []
    return [(words[2], _plain(words[3]), _plain(words[4])) for words in lines if len(words) > 5]


def _plain(text: str) -> str:
    if "\\" not in text:
        return text
    for code, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, sign)
    return text


def _joined(folder: str, rest: str) -> str:
    return os.path.normpath(folder.rstrip("/") + "/" + rest.lstrip("/"))


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _is_same(first: str, second: str) -> bool:
    """Whether both are the same file, or would be in the same folder."""
    for one, other in ((first, second), (os.path.dirname(first), os.path.dirname(second))):
        try:
            return os.path.samestat(os.stat(one), os.stat(other))
        except OSError:
            continue
    return False
