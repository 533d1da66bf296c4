"""The lines of `info/exclude`: git ignores a path in this repository without a change to any committed file."""

from __future__ import annotations

import os

from mcp_server.adapters.host.atomic_write import replace
from mcp_server.adapters.host.file_lock import file_lock

SECONDS = 30.0


def exclude(file: str, pattern: str, *, lock: str) -> None:
    """Add the pattern to the file unless it is there; everything else stays byte for byte."""
    os.makedirs(os.path.dirname(file), exist_ok=True)
    real = os.path.realpath(file)
    with file_lock(lock, patience=SECONDS):
        before = _read(real)
        line = pattern.encode("utf-8", "surrogateescape")
        if line in before.splitlines():
            return
        ending = b"\r\n" if b"\r\n" in before else b"\n"
        gap = ending if before and not before.endswith(b"\n") else b""
        replace(real, before + gap + line + ending, is_persons=True)


def is_excluded(file: str, pattern: str) -> bool:
    """Whether the file has this very line."""
    return pattern.encode("utf-8", "surrogateescape") in _read(os.path.realpath(file)).splitlines()


def include_again(file: str, pattern: str) -> None:
    """Take the line out of the file if it is there; everything else stays byte for byte."""
    real = os.path.realpath(file)
    before = _read(real)
    line = pattern.encode("utf-8", "surrogateescape")
    after = b"".join(kept for kept in before.splitlines(keepends=True) if kept.rstrip(b"\r\n") != line)
    if after != before:
        replace(real, after, is_persons=True)


def _read(file: str) -> bytes:
    try:
        with open(file, "rb") as handle:
            return handle.read()
    except FileNotFoundError:
        return b""
