"""Being stopped: Ctrl-C and its kin end the demo in order, and never between starting a process and knowing of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, every signal that asks for an end is a KeyboardInterrupt."""
    with _handled(_stop):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside, such a signal waits; it takes effect at the end."""
    came: list[int] = []
    with _handled(lambda number, _frame: came.append(number)):
        yield
    if came:
        raise KeyboardInterrupt


@contextmanager
def _handled(handler: signal._HANDLER) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
