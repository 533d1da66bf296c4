"""Runs the command of a workflow in a shell; what takes longer than it may is ended, with all that it began."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, NamedTuple


class Ran(NamedTuple):
    """How a command ended, None if it took too long, and what it printed, unless that went elsewhere."""

    code: int | None
    out: bytes
    err: bytes


def run_command(  # noqa: PLR0913  what a command is run with
    command: str,
    directory: str,
    environment: Mapping[str, str],
    seconds: float,
    *,
    output: IO[bytes] | None = None,
    keep_open: int | None = None,
) -> Ran:
    """Run it; with `output` all that it prints goes there. It inherits the descriptor `keep_open`."""
    process = subprocess.Popen(
        ["sh", "-c", command],
        cwd=directory,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=output if output is not None else subprocess.PIPE,
        stderr=subprocess.STDOUT if output is not None else subprocess.PIPE,
        pass_fds=() if keep_open is None else (keep_open,),
        start_new_session=True,
    )
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(process)
        return Ran(None, b"", b"")
    except BaseException:
        _end(process)
        raise
    return Ran(process.returncode, out or b"", err or b"")


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):  # it has just ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
