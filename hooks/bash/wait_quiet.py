"""Delays a hook's answer until files have been quiet for some seconds, so that the agent need not wait itself."""

from __future__ import annotations

import os
from time import monotonic, sleep, time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

QUIET_SECONDS = 5.0
POLL_SECONDS = 0.25


def until_quiet(
    paths: Sequence[str],
    *,
    most: float,
    now: Callable[[], float] = time,
    passing: Callable[[], float] = monotonic,
    pause: Callable[[float], None] = sleep,
) -> float | None:
    """Wait until no file has changed for five seconds, and return for how many seconds none has.

    None if that takes more than `most` seconds, or if they were quiet before: waiting would not help.
    """
    give_up_at = passing() + most
    waited = False
    while True:
        quiet = now() - max(map(_changed_at, paths), default=0.0)
        if quiet >= QUIET_SECONDS:
            return quiet if waited else None
        if passing() >= give_up_at:
            return None
        pause(POLL_SECONDS)
        waited = True


def _changed_at(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
