"""An interactive session of the real client: a person at a terminal who types and reads."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable
from pathlib import Path

from tests.e2e.harness.screen import Screen
from tests.e2e.harness.turns import WAIT_SECONDS

_ROWS, _COLUMNS = 50, 140
_INPUT_LINE = "❯"

# Only a controlling terminal tells its session when it is closed, and only the new session's leader can take one.
_TAKE_TERMINAL = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)


class Terminal:
    """A terminal in which the client runs; its output is read continuously."""

    def __init__(self, command: list[str], *, cwd: Path, env: dict[str, str]) -> None:
        self._screen = Screen(_ROWS, _COLUMNS)
        self._news = threading.Condition()
        self._closing = threading.Event()
        self.raw = b""
        """Everything that was written to it, sequences too."""
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _TAKE_TERMINAL, *command],
            cwd=cwd,
            env={**env, "TERM": "xterm-256color"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """What can be read on the screen and above it."""
        with self._news:
            return self._screen.text

    def wait_for(self, words: str, seconds: float = WAIT_SECONDS) -> None:
        """Return once `words` can be read; AssertionError with the screen when they never can."""
        self._wait(lambda: _packed(words) in _packed(self._screen.text), words, seconds)

    def submit(self, line: str) -> None:
        """Type `line`, see it on the input line, and press Enter."""
        self.wait_for(_INPUT_LINE)
        os.write(self._ours, line.encode())
        # Enter in one piece with the text would be taken for a pasted line break.
        self._wait(lambda: _packed(self._screen.text.rpartition(_INPUT_LINE)[2]).startswith(_packed(line)), line)
        os.write(self._ours, b"\r")

    def escape(self) -> None:
        """Press Esc."""
        os.write(self._ours, b"\x1b")

    def leave(self) -> int:
        """Leave as a person does; the exit code."""
        self.submit("/exit")
        return self.process.wait(WAIT_SECONDS)

    def hang_up(self) -> int:
        """Close the window under the running client; its exit code."""
        self.close()
        return self.process.wait(WAIT_SECONDS)

    def kill(self) -> None:
        """Kill only the client, as in a crash."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Close the terminal."""
        if not self._closing.is_set():
            self._closing.set()
            # Nobody may be reading: an open read would keep the terminal alive.
            self._reader.join()
            os.close(self._ours)

    def _wait(self, fits: Callable[[], bool], words: str, seconds: float = WAIT_SECONDS) -> None:
        with self._news:
            seen = self._news.wait_for(fits, seconds)
        assert seen, f"{words!r} did not appear in\n{self.text}"

    def _read(self) -> None:
        # Reading fails once no process has the other side open.
        with contextlib.suppress(OSError):
            while not self._closing.is_set():
                if select.select([self._ours], [], [], 0.05)[0]:
                    self._take_in(os.read(self._ours, 65536))

    def _take_in(self, data: bytes) -> None:
        with self._news:
            self._screen.feed(data)
            self.raw += data
            self._news.notify_all()


def _packed(text: str) -> str:
    # Lines are broken where the window ends.
    return "".join(text.split())
