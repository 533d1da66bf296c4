"""A lock that one process of Interlock holds at a time, and that is free when the process ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike

from mcp_server.domain.errors import InterlockError


class LockBusy(InterlockError, OSError):
    """Another process has held the lock for longer than anybody waits."""


@contextmanager
def file_lock(file: str | PathLike[str], *, patience: float) -> Iterator[None]:
    """Hold the lock `file`. Refuses (LockBusy) when it is not free within `patience` seconds."""
    from filelock import FileLock, Timeout  # most processes never come to it

    lock = FileLock(file, timeout=patience)
    try:
        lock.acquire()
    except Timeout:
        raise LockBusy(f"another process has held {file} for more than {patience:g} s") from None
    try:
        yield
    finally:
        lock.release()
