"""Copies of what agents edited, in case somebody overwrites it: one of each file, as the agent left it.

On the path of a hook: nothing but `os` is imported until there is something to copy.
"""

from __future__ import annotations

import os

from mcp_server.adapters.host.atomic_write import private_folder, replace
from mcp_server.adapters.host.file_stamp import checksum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository

COPIES, LOST = "copies", "lost"
LARGEST = 1_000_000
KEPT_SECONDS = 7 * 24 * 3600.0
MOST_LOST = 200
MOST_BYTES = 100_000_000
"""Of all copies together."""


def keep(repository: Repository, path: str) -> None:
    """Keep a copy of the file as it is now, if it is a file of at most a megabyte; a full disk only costs the copy."""
    file = os.path.join(repository.root, path)
    try:
        if os.path.islink(file) or not os.path.isfile(file) or os.path.getsize(file) > LARGEST:
            return
        _copy(file, _copy_of(repository, path))
    except OSError:
        pass


def rescue(repository: Repository, path: str) -> str | None:
    """Put the kept copy where no later edit overwrites it; its file, or None when none was kept or nothing is lost."""
    kept = _copy_of(repository, path)
    from time import time_ns

    try:
        if not os.path.isfile(kept) or _same(kept, os.path.join(repository.root, path)):
            return None
        folder = os.path.join(repository.state, LOST)
        private_folder(folder)
        # Never a name that was used before: it may be in a message.
        safe = os.path.join(folder, f"{time_ns()}-{os.path.basename(path)}")
        os.replace(kept, safe)
        _make_room(folder)
        return safe
    except OSError:
        return None


def sweep(state: str, now: float) -> None:
    """Forget copies that are older than a week, and the oldest of those that take more than 100 MB together."""
    found: list[tuple[float, int, str]] = []
    for place in (COPIES, LOST):
        for folder, _, names in os.walk(os.path.join(state, place)):
            found += [_aged(os.path.join(folder, name)) for name in names]
    room = MOST_BYTES
    for at, size, file in sorted(found, reverse=True):
        room -= size
        if at < now - KEPT_SECONDS or room < 0:
            _remove(file)


def _copy_of(repository: Repository, path: str) -> str:
    worktree = f"{os.path.basename(repository.root)}-{checksum(os.fsencode(repository.root))}"
    return os.path.join(repository.state, COPIES, worktree, path)


def _copy(source: str, target: str) -> None:
    private_folder(os.path.dirname(target))
    with open(source, "rb") as given:
        replace(target, given.read(LARGEST + 1))


def _same(kept: str, file: str) -> bool:
    try:
        with open(kept, "rb") as one, open(file, "rb") as other:
            return one.read() == other.read()
    except FileNotFoundError:
        return False


def _make_room(folder: str) -> None:
    files = sorted((os.path.join(folder, name) for name in os.listdir(folder)), key=os.path.getmtime)
    for file in files[:-MOST_LOST]:
        os.unlink(file)


def _aged(file: str) -> tuple[float, int, str]:
    try:
        found = os.lstat(file)
    except OSError:  # somebody else was faster
        return 0.0, 0, file
    return found.st_mtime, found.st_size, file


def _remove(file: str) -> None:
    try:  # noqa: SIM105  `contextlib` costs a hook its time
        os.unlink(file)
    except OSError:
        pass
