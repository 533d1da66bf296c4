"""Waiting in the agent's place: a hook's answer is held until files have been quiet for some seconds."""

from __future__ import annotations

import os
from time import monotonic, sleep, time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

QUIET_SECONDS = 5.0
LOOK_EVERY = 0.25


def until_quiet(
    paths: Sequence[str],
    *,
    most: float,
    now: Callable[[], float] = time,
    passing: Callable[[], float] = monotonic,
    pause: Callable[[float], None] = sleep,
) -> float | None:
    """Wait until no file has changed for five seconds; for how long none has by then.

    None when that takes more than `most` seconds, and when they were quiet before: waiting is not what is missing.
    """
    give_up_at = passing() + most
    waited = False
    while True:
        quiet = now() - max(map(_changed_at, paths), default=0.0)
        if quiet >= QUIET_SECONDS:
            return quiet if waited else None
        if passing() >= give_up_at:
            return None
        pause(LOOK_EVERY)
        waited = True


def _changed_at(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0.0
