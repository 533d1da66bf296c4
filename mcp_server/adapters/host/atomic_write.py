"""Files that are complete before anybody sees them. On the path of a hook."""

from __future__ import annotations

import os

_WRITING = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


def replace(file: str, data: bytes, *, is_persons: bool = False) -> None:
    """Put `data` in the place of `file`: whoever reads it sees the old content or the new one, whole.

    Only its owner may read it, unless it is a person's, which keeps its permissions. OSError, and nothing is changed,
    where it can't be written.
    """
    draft = f"{file}.{os.getpid()}.new"
    try:
        with open(draft, "wb", opener=None if is_persons else private) as handle:
            handle.write(data)
        if is_persons and os.path.exists(file):
            os.chmod(draft, os.stat(file).st_mode & 0o7777)
        os.replace(draft, file)
    except BaseException:
        remove(draft)
        raise


def private(file: str, flags: int) -> int:
    """The `opener` of a file that only its owner may read."""
    return os.open(file, flags, 0o600)


def private_folder(folder: str | os.PathLike[str]) -> None:
    """Create a folder, and those above it that are missing, for the owner alone."""
    if os.path.isdir(folder):
        return
    private_folder(os.path.dirname(folder))
    try:  # noqa: SIM105  `contextlib` costs a hook its time
        os.mkdir(folder, 0o700)
    except FileExistsError:
        pass


def write_draft(draft: str, data: bytes, like: os.stat_result | None, lasting: bool) -> None:
    """A complete file with the mode and the owner of another, which is on the disk if it is to be `lasting`."""
    from time import time_ns

    remove(draft)
    descriptor = os.open(draft, _WRITING, 0o666 if like is None else 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if like is not None:
            _give(descriptor, like)
            os.chmod(draft, like.st_mode & 0o7777)
        if lasting:
            os.fsync(descriptor)
    now = time_ns() | 1  # finer than any time that the system gives: whatever is written later has another one
    os.utime(draft, ns=(now, now))


def remove(path: str) -> None:
    """Remove a file that may be gone."""
    try:  # noqa: SIM105  `contextlib` costs a hook its time
        os.unlink(path)
    except OSError:
        pass


def _give(descriptor: int, like: os.stat_result) -> None:
    made = os.fstat(descriptor)
    if not hasattr(os, "fchown") or (made.st_uid, made.st_gid) == (like.st_uid, like.st_gid):
        return
    try:
        os.fchown(descriptor, like.st_uid, like.st_gid)
    except PermissionError:  # another's file in a shared checkout: its group may go on writing
        os.fchown(descriptor, -1, like.st_gid)
