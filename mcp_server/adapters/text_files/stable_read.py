"""What a text file says when it stands still, a stamp that changes when it does, and what no text is."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from typing import NamedTuple

from mcp_server.domain.errors import InterlockError

MOST_BYTES = 10_000_000
READINGS = 100
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Unfit(InterlockError):
    """The file can't be read or written. The message says why and follows the file's name."""


class Look(NamedTuple):
    """What a file says, and its signature and its time then."""

    content: bytes
    signature: str
    changed_ns: int


def look(path: str, accept: Callable[[bytes], object]) -> Look | None:
    """What the file says; None when there is none. Refuses (Unfit) what is no text, is read-only or not accepted."""
    try:
        for _ in range(READINGS):
            before = os.lstat(path)
            _check(path, before)
            content = _content(path)
            status = os.lstat(path)
            if _text(status) == _text(before):
                accept(content)
                return Look(content, _text(status), status.st_mtime_ns)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unfit(f"can't be read: {error.strerror}") from error
    raise Unfit("is being written all the time")


def signature(path: str) -> str | None:
    """A fingerprint that changes whenever the file at `path` does, or None if it does not exist."""
    try:
        return _text(os.lstat(path))
    except OSError:
        return None


def _check(path: str, status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise Unfit("is a symbolic link; .claude/interlock.toml can name the file itself")
    if not stat.S_ISREG(status.st_mode):
        raise Unfit("is no ordinary file")
    if status.st_size > MOST_BYTES:
        raise Unfit(f"has {status.st_size:,} bytes; at most {MOST_BYTES:,} are read")
    if not status.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise Unfit("is read-only")


def _content(path: str) -> bytes:
    with open(os.open(path, _READING), "rb") as file:
        content = file.read(MOST_BYTES + 1)
    if b"\0" in content:
        raise Unfit("is binary, or in UTF-16: save it as UTF-8")
    return content


def _text(status: os.stat_result) -> str:
    return f"{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"
