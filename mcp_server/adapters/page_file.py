"""The shared state's page as a file that people edit at any time, and the archives beside it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import NamedTuple

from mcp_server.adapters import exchanging
from mcp_server.adapters.overtaken import OvertakenFile
from mcp_server.domain.refusal import StateUnavailable
from mcp_server.shared_mind.trouble import PageTrouble

NAME = "SHARED_MIND.md"
LOCK = "page.lock"
OVERTAKEN = "page.overtaken.json"
LOCK_SECONDS = 10.0
LARGEST = 10_000_000
READINGS = 20
BOM = b"\xef\xbb\xbf"
_OPENING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class MindFile:
    """One repository's page: `SHARED_MIND.md` in the main worktree, or the file that the settings name."""

    def __init__(self, main: str, state: str, configured: Callable[[], str | None]) -> None:
        self._main = main
        self._lock = os.path.join(state, LOCK)
        self._configured = configured
        self._overtaken = OvertakenFile(os.path.join(state, OVERTAKEN))
        self._seen: _Seen | None = None
        self._before = ""

    @property
    def name(self) -> str:
        """What people call it."""
        return self._configured() or NAME

    @property
    def folder(self) -> str:
        """The worktree that it lies in."""
        return self._main

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else of Interlock's touches the page or its archives meanwhile."""
        with Turn(self._lock):
            try:
                yield
            finally:
                self._look_away()

    def is_wanted(self) -> bool:
        """Whether it is to be made where there is none: the settings name it."""
        return self._configured() is not None

    def read(self) -> str | None:
        """What stands there, with what its writer could not see; None when there is no page.

        Refuses (PageTrouble) what cannot be a page.
        """
        self._look_away()
        self._seen = _Seen.at(self._file)
        if self._seen is None:
            return None
        self._before = self._text(self._seen.read())
        return self._overtaken.joined(self._before)

    def replace(self, text: str) -> bool:
        """Put `text` in the place of what was read last, at once; False when that has changed, which is left then."""
        seen, file = self._seen, self._file
        if seen is None:
            return _write_new(file, text.encode())
        written = _write_over(file, (BOM if seen.bom else b"") + text.encode(), seen)
        if written.overtook is not None:
            self._keep(text, self._text(written.overtook))
        return written.done

    def create(self, text: str) -> bool:
        """Make the page; False when there is something already."""
        with self.alone():
            return _write_new(self._file, text.encode())

    def archive(self, month: str, text: str) -> None:
        """Add to the archive of a month. What stands at its end already, after a crash between, is not added again."""
        stem, ending = os.path.splitext(self._file)
        file = f"{stem}.{month}{ending}"
        for _ in range(READINGS):
            seen = _Seen.at(file)
            if seen is None:
                done = _write_new(file, f"# Shared mind, {month}\n\n{text}".encode())
            else:
                done = _add(file, seen, self._text(seen.read()), text)
                seen.close()
            if done:
                return
        raise PageTrouble(f"{os.path.basename(file)} is being changed all the time")

    def _keep(self, ours: str, saved: str) -> None:
        try:
            self._overtaken.keep(ours, self._before, saved)
        except OSError as error:
            raise StateUnavailable(f"{OVERTAKEN} cannot be written: {error.strerror}") from error

    def _look_away(self) -> None:
        if self._seen is not None:
            self._seen.close()
        self._seen = None

    @property
    def _file(self) -> str:
        main = os.path.realpath(self._main)
        folder, name = os.path.split(os.path.join(main, self.name))
        real = os.path.realpath(folder)
        if real != main and not real.startswith(main.rstrip(os.sep) + os.sep):
            raise PageTrouble(f"{self.name} lies outside the repository: it is left alone; name another state_file")
        return os.path.join(real, name)

    def _text(self, data: bytes) -> str:
        if b"\0" in data:
            raise PageTrouble(f"{self.name} is not text: it is left alone")
        try:
            return data.removeprefix(BOM).decode()
        except UnicodeDecodeError:
            raise PageTrouble(f"{self.name} is not UTF-8: it is left alone until it is saved as UTF-8") from None


class _Seen:
    """A file as it was when it was read, kept open to see what is written into it afterwards."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.status = os.fstat(descriptor)
        self.bom = stat.S_ISREG(self.status.st_mode) and os.read(descriptor, len(BOM)) == BOM

    @classmethod
    def at(cls, file: str) -> _Seen | None:
        """The file there, or None; refuses what is no ordinary file that can be read and written."""
        name = os.path.basename(file)
        if os.path.islink(file):
            raise PageTrouble(f"{name} is a symbolic link: it is left alone; put the file itself there")
        try:
            descriptor = os.open(file, _OPENING)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise PageTrouble(f"{name} cannot be read: {error.strerror}") from error
        seen = cls(descriptor)
        try:
            seen.check(name)
        except PageTrouble:
            seen.close()
            raise
        return seen

    def read(self) -> bytes:
        """All that stands in it now."""
        for _ in range(READINGS):
            self.status = os.fstat(self._descriptor)
            parts: list[bytes] = []
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            while part := os.read(self._descriptor, LARGEST):
                parts.append(part)
            if not self.was_written():
                return b"".join(parts)
        raise PageTrouble("the page is being written all the time: it is left alone until that is over")

    def is_still(self, file: str) -> bool:
        """Whether the file there is this one, unchanged."""
        return _stands_there(file, _stamp(self.status))

    def was_written(self) -> bool:
        """Whether somebody has written into it since."""
        return self._descriptor >= 0 and _stamp(os.fstat(self._descriptor)) != _stamp(self.status)

    def close(self) -> None:
        """Let go of it."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def check(self, name: str) -> None:
        """Refuse what is no ordinary file, is too large, or is not to be written."""
        if not stat.S_ISREG(self.status.st_mode):
            raise PageTrouble(f"{name} is no ordinary file: it is left alone")
        if self.status.st_size > LARGEST:
            raise PageTrouble(f"{name} has more than {LARGEST:,} bytes: it is left alone until it is shorter")
        if not self.status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):
            raise PageTrouble(f"{name} is read-only: what was written is kept in the state alone")


class _Written(NamedTuple):
    """Whether a file was written over; if not, what else was saved there while ours stood in its place for a moment."""

    done: bool
    overtook: bytes | None = None


class Turn:
    """A turn at the page."""

    def __init__(self, file: str) -> None:
        from filelock import FileLock  # most servers never come to it

        self._lock = FileLock(file, timeout=LOCK_SECONDS)

    def __enter__(self) -> None:
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout:
            raise PageTrouble("the page was not written: another process has been at it for too long") from None
        except OSError as error:
            raise StateUnavailable(f"{self._lock.lock_file} cannot be locked: {error.strerror}") from error

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _stamp(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _stands_there(file: str, stamp: tuple[int, ...]) -> bool:
    try:
        return _stamp(os.lstat(file)) == stamp
    except OSError:
        return False


def _add(file: str, seen: _Seen, before: str, text: str) -> bool:
    """Write `before` and `text`, unless it ends so already; False when somebody else was faster."""
    if before.endswith(text):
        return True
    gap = "\n" if before.endswith("\n") else "\n\n"
    return _write_over(file, (BOM if seen.bom else b"") + f"{before}{gap}{text}".encode(), seen).done


def _write_new(file: str, data: bytes) -> bool:
    """Put a file where there is none, at once; False when there is one."""
    with _draft(file, data, None) as draft:
        if os.path.lexists(file):
            return False
        try:
            os.link(draft, file)
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            os.rename(draft, file)
        return True


def _write_over(file: str, data: bytes, seen: _Seen) -> _Written:
    """Put a file in the place of the one that was seen, at once; not done when that is another one by now.

    Whatever somebody saved in the moment between, or wrote into the file that was seen, is put back.
    """
    with _draft(file, data, seen.status) as draft:
        if os.name == "nt":  # no file can be replaced there while it is open
            seen.close()
        if not seen.is_still(file):
            return _Written(False)
        ours = _stamp(os.stat(draft))
        exchanging.exchange(str(draft), file)
        found = os.lstat(draft)
        if _stamp(found) == _stamp(seen.status) and not seen.was_written():
            return _Written(True)
        another = stat.S_ISREG(found.st_mode) and found.st_ino != seen.status.st_ino
        with open(draft, "rb") if another else nullcontext() as saved:
            _put_back(str(draft), file, ours)
            return _Written(False, saved.read() if saved is not None else None)


def _put_back(draft: str, file: str, placed: tuple[int, ...]) -> None:
    """Put what the draft holds back to where `placed` stands, unless somebody has saved over that by now.

    What they saved between the look and the exchange is newer than what came back, and is put back in its turn.
    """
    while _stands_there(file, placed):
        back = _stamp(os.lstat(draft))
        exchanging.exchange(draft, file)
        if _stands_there(draft, placed):
            return
        placed = back


@contextmanager
def _draft(file: str, data: bytes, like: os.stat_result | None) -> Iterator[Path]:
    """A file beside it that is complete, with the mode and, where that is allowed, the owner of another."""
    draft = Path(os.path.dirname(file), f".{os.path.basename(file)}.{os.getpid()}")
    try:
        with open(draft, "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        if like is not None:
            _give(draft, like)
            os.chmod(draft, stat.S_IMODE(like.st_mode))
        yield draft
    except OSError as error:
        raise PageTrouble(f"{os.path.basename(file)} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)


def _give(draft: Path, like: os.stat_result) -> None:
    made = os.stat(draft)
    if (made.st_uid, made.st_gid) != (like.st_uid, like.st_gid):
        try:
            os.chown(draft, like.st_uid, like.st_gid)
        except OSError:
            return  # another's file in a shared checkout: the mode says who may go on writing
