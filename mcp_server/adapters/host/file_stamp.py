"""What a small file says, and a stamp or a sign that changes when it does. On the hot path of a hook."""

from __future__ import annotations

import os

MOST_BYTES = 1 << 20
_PRIME = 2**61 - 1


def stamp(file: str) -> str | None:
    """A text that is another whenever the file has changed; None when there is no file."""
    try:
        found = os.stat(file)
    except OSError:
        return None
    return f"{found.st_mtime_ns} {found.st_size} {found.st_ino}"


def database_stamp(file: str) -> tuple[str | None, str | None]:
    """What is another whenever something was written into a database of SQLite with a write-ahead log."""
    return stamp(file), stamp(file + "-wal")


def text_of(file: str) -> str:
    """The beginning of the file; nothing when it can't be read."""
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as handle:
            return handle.read(MOST_BYTES)
    except OSError:
        return ""


def sign(file: str) -> str | None:
    """A text that depends on what the file contains and on nothing else; None for one that is gone, or too large."""
    try:
        if os.path.getsize(file) > MOST_BYTES:
            return None
        with open(file, "rb") as given:
            content = given.read()
    except OSError:
        return None
    return f"{checksum(content)}-{len(content)}"


def checksum(data: bytes) -> str:
    """Another text for other data, as good as always. To load a library for it would take a hook longer."""
    return f"{int.from_bytes(data, 'big') % _PRIME:x}"
