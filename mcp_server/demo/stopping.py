"""Stopping: Ctrl-C and similar signals end the demo in order, and never between starting a process and recording it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, every signal that asks the demo to end raises KeyboardInterrupt."""
    with _handled(_stop):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside, such a signal is delayed until the end."""
    received: list[int] = []
    try:
        with _handled(lambda number, _frame: received.append(number)):
            yield
    finally:
        if received:
            raise KeyboardInterrupt


def run_uninterrupted(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a short command that a stop waits for: otherwise it would write into a folder that is being deleted."""
    # Its own session: the terminal sends Ctrl-C to all processes of this one.
    with undisturbed():
        return subprocess.run(
            command,
            cwd=cwd,
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
            start_new_session=True,
        )


@contextmanager
def _handled(handler: signal._HANDLER) -> Iterator[None]:
    if current_thread() is not main_thread():  # signals interrupt only the main thread
        yield
        return
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
