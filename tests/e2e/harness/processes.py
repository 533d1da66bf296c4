"""Finds and ends the processes that a client left behind, and waits for what a test wants to see."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tests.e2e.harness.turns import WAIT_SECONDS

T = TypeVar("T")


def eventually(look: Callable[[], T], what: str, seconds: float = WAIT_SECONDS) -> T:
    """The first true value that `look` returns; AssertionError naming `what` if there is none in `seconds`."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.02)
    return seen


def living(home: Path) -> list[int]:
    """The processes whose HOME is `home`: a client and all that it started, sessions of their own included."""
    entry = f"HOME={home}".encode()
    return [pid for pid in _pids() if entry in _environment(pid).split(b"\0")]


def end_group(leader: subprocess.Popen[Any]) -> None:
    """`leader` and its process group have ended; one that ended by itself is left alone."""
    if leader.poll() is None:
        os.killpg(leader.pid, signal.SIGKILL)
        leader.wait()


def end(home: Path) -> None:
    """No process whose HOME is `home` is left, whatever session it is in."""

    def gone() -> bool:
        left = living(home)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not left

    eventually(gone, f"the end of every process of {home}")


def _pids() -> list[int]:
    # Without /proc (macOS) only the process groups that are known are ended.
    with contextlib.suppress(FileNotFoundError):
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return []


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
