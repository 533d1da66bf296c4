"""Being stopped: Ctrl-C and its kin end the demo in order, and never between starting a process and knowing of it."""

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
    """Inside, every signal that asks for an end is a KeyboardInterrupt."""
    with _handled(_stop):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Inside, such a signal waits; it takes effect at the end."""
    came: list[int] = []
    try:
        with _handled(lambda number, _frame: came.append(number)):
            yield
    finally:
        if came:
            raise KeyboardInterrupt


def run_to_its_end(
    command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], seconds: float | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a short command whose end a stop waits for: one that goes on writes into what is being put away."""
    # A session of its own: the terminal sends Ctrl-C to the whole of this one.
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
    if current_thread() is not main_thread():  # signals interrupt the main thread alone
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
