"""Clones a folder: files share their blocks where the file system can, else they are hard links."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Callable
from typing import NamedTuple

from mcp_server.domain.errors import InterlockError

FICLONE = 0x40049409
"""Linux: a file shares the blocks of another until one of them is written (ioctl_ficlone(2))."""
_CANNOT = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS, errno.ENOTTY)


class Unclonable(InterlockError):
    """It cannot be shared here; the message says why."""


class Ways(NamedTuple):
    """How entries of a folder are treated, by their path below it."""

    skips: Callable[[str], bool] = lambda _path: False
    copies: Callable[[str], bool] = lambda _path: False


SHARING = Ways()


def clone(source: str, target: str, *, ways: Ways = SHARING, last: str = "", root: str = "") -> None:
    """Clone `source` as `target`, which must not exist; the file `last` in it at the very end.

    Refuses (Unclonable) where files cannot be shared, and links by an absolute path to what lies below `root`.
    """
    cloning = _Cloning(source, target, ways, root)
    cloning.folder("", last)
    if last:
        cloning.share(os.path.join(source, last), os.path.join(target, last))


def copy(source: str, target: str) -> None:
    """A file of its own, sharing blocks where the file system can; with mode and times. Never overwrites."""
    with open(source, "rb") as reading, open(target, "xb") as writing:
        if not _reflinked(reading.fileno(), writing.fileno()):
            shutil.copyfileobj(reading, writing, 1 << 20)
    shutil.copystat(source, target, follow_symlinks=False)


class _Cloning:
    def __init__(self, source: str, target: str, ways: Ways, root: str) -> None:
        self._source = source
        self._target = target
        self._ways = ways
        self._root = root
        self._by_reference = True

    def folder(self, path: str, but: str = "") -> None:
        """One folder and all below it."""
        os.mkdir(os.path.join(self._target, path) if path else self._target)
        with os.scandir(os.path.join(self._source, path)) as entries:
            for entry in entries:
                below = f"{path}/{entry.name}" if path else entry.name
                if below != but and not self._ways.skips(below):
                    self._entry(entry, below)

    def share(self, source: str, target: str) -> None:
        """One file; whether the file system knows references is found out once."""
        self._by_reference = self._by_reference and _referred(source, target)
        if self._by_reference:
            return
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError as error:
            if error.errno in _CANNOT:
                raise Unclonable(f"{source} cannot be shared: {error.strerror}") from error
            raise

    def _entry(self, entry: os.DirEntry[str], below: str) -> None:
        target = os.path.join(self._target, below)
        if entry.is_symlink():
            os.symlink(self._led(entry.path), target)
        elif entry.is_dir():
            self.folder(below)
        elif entry.is_file() and self._ways.copies(below):
            copy(entry.path, target)
        elif entry.is_file():
            self.share(entry.path, target)

    def _led(self, link: str) -> str:
        leads = os.readlink(link)
        if self._root and (leads + "/").startswith(self._root + "/"):
            raise Unclonable(f"{link} leads to {leads} by an absolute path")
        return leads


def _referred(source: str, target: str) -> bool:
    with open(source, "rb") as reading, open(target, "xb") as writing:
        done = _reflinked(reading.fileno(), writing.fileno())
    if done:
        shutil.copystat(source, target, follow_symlinks=False)
    else:
        os.unlink(target)
    return done


def _reflinked(reading: int, writing: int) -> bool:
    try:
        fcntl.ioctl(writing, FICLONE, reading)
    except OSError:
        return False
    return True
