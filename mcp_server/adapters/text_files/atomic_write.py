"""Files that are complete before anybody sees them."""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress

_WRITING = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


def write(draft: str, data: bytes, like: os.stat_result | None, lasting: bool) -> None:
    """A file that is complete, with the mode and the owner of another."""
    remove(draft)
    descriptor = os.open(draft, _WRITING, 0o666 if like is None else 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if like is not None:
            _give(descriptor, like)
            os.chmod(draft, stat.S_IMODE(like.st_mode))
        if lasting:
            os.fsync(descriptor)
    now = time.time_ns() | 1  # finer than any time that the system gives: whatever is written later has another one
    os.utime(draft, ns=(now, now))


def _give(descriptor: int, like: os.stat_result) -> None:
    made = os.fstat(descriptor)
    if not hasattr(os, "fchown") or (made.st_uid, made.st_gid) == (like.st_uid, like.st_gid):
        return
    try:
        os.fchown(descriptor, like.st_uid, like.st_gid)
    except PermissionError:  # another's file in a shared checkout: its group may go on writing
        os.fchown(descriptor, -1, like.st_gid)


def remove(path: str) -> None:
    """Take a file away that may be gone."""
    with suppress(OSError):
        os.unlink(path)
