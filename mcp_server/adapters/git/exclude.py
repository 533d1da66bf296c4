"""Lines in `info/exclude`: what git is not to see in this repository, without a line in anything that is committed."""

from __future__ import annotations

import os

from filelock import FileLock

SECONDS = 30.0


def exclude(file: str, pattern: str, *, lock: str) -> None:
    """See to it that the pattern stands in the file, once; all else in it stays byte for byte."""
    os.makedirs(os.path.dirname(file), exist_ok=True)
    real = os.path.realpath(file)
    with FileLock(lock, timeout=SECONDS):
        before = _read(real)
        line = pattern.encode("utf-8", "surrogateescape")
        if line in before.splitlines():
            return
        ending = b"\r\n" if b"\r\n" in before else b"\n"
        gap = ending if before and not before.endswith(b"\n") else b""
        _replace(real, before + gap + line + ending)


def _read(file: str) -> bytes:
    try:
        with open(file, "rb") as handle:
            return handle.read()
    except FileNotFoundError:
        return b""


def _replace(file: str, text: bytes) -> None:
    draft = f"{file}.{os.getpid()}.new"
    try:
        with open(draft, "wb") as handle:
            handle.write(text)
        if os.path.exists(file):
            os.chmod(draft, os.stat(file).st_mode & 0o7777)
        os.replace(draft, file)
    finally:
        if os.path.lexists(draft):
            os.unlink(draft)
