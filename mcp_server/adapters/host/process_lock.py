"""A lock that is held by one process and by the programs that it starts.

A process that is killed leaves its git or npm running. They inherit the lock's descriptor, so that a repeated command
waits for them; an ordinary lock would be free at once.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

from mcp_server.adapters.host.atomic_write import private_folder
from mcp_server.domain.worktree import Occupied

LOOK_EVERY = 0.05


@contextmanager
def process_lock(
    file: str, *, patience: float, passing: Callable[[], float] = monotonic, pause: Callable[[float], None] = sleep
) -> Iterator[int]:
    """Hold the lock `file`; yields a descriptor for programs to inherit. Raises Occupied if not free in time."""
    private_folder(os.path.dirname(file))
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, file, patience, passing, pause)
        yield handle
    finally:
        os.close(handle)


def _take(
    handle: int, file: str, patience: float, passing: Callable[[], float], pause: Callable[[float], None]
) -> None:
    give_up_at = passing() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if passing() >= give_up_at:
                raise Occupied(
                    f"another process is working on it, or a program that it started ({file}); try again"
                ) from None
        pause(LOOK_EVERY)
