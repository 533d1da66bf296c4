"""A turn at a file that only one process of Interlock's may be at."""

from __future__ import annotations

from mcp_server.domain.errors import StateUnavailable
from mcp_server.state_page.errors import PageTrouble

LOCK_SECONDS = 10.0


class Turn:
    """A turn at what this lock stands for."""

    def __init__(self, file: str) -> None:
        from filelock import FileLock  # most servers never come to it

        self._lock = FileLock(file, timeout=LOCK_SECONDS)

    def __enter__(self) -> None:
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout:
            raise PageTrouble("the page was not written: another process has been at it for too long") from None
        except OSError as error:
            raise StateUnavailable(f"{self._lock.lock_file} cannot be locked: {error.strerror}") from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()
