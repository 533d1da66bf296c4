"""What a small file says, and a stamp that changes when it does. On the hot path of a hook."""

from __future__ import annotations

import os

MOST_BYTES = 1 << 20


def stamp(file: str) -> str | None:
    """A text that is another whenever the file has changed; None when there is no file."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return f"{found.st_mtime_ns} {found.st_size} {found.st_ino}"


def text_of(file: str) -> str:
    """The beginning of the file; nothing when it can't be read."""
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as handle:
            return handle.read(MOST_BYTES)
    except OSError:
        return ""
