"""The task list as a file: read when it stands still, replaced all at once, and no word of a person's lost by that.

What replaces it takes its place by an exchange where the system has one: what was there is in hand then, also when
somebody saved in the moment before. It is kept until the next time, since an editor that writes in place may have
opened it before the exchange and write only after.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mcp_server.adapters.exchanging import exchange
from mcp_server.domain.listed import Found, Placed, Unusable

MOST_BYTES = 10_000_000
PATIENCE = 10.0
"""Seconds. Reading and writing the list takes milliseconds; only a stuck process keeps others waiting for so long."""
STILL_NS = 20_000_000
"""Some file systems tell the time in steps of ten milliseconds: of two changes within one step the second is not seen
by its time."""
UNSURE = "?"
"""Begins a signature that no file has: look again next time."""


class ListFile:
    """The file at the path that `where` gives, inside `root`; what Interlock needs beside it is kept in `state`."""

    def __init__(self, where: Callable[[], str], root: str, state: str) -> None:
        self._where = where
        self._root = root
        self._state = state

    @property
    def name(self) -> str:
        """Its path as people write it, from the repository's root."""
        return os.path.relpath(self._path, self._root)

    @property
    def _path(self) -> str:
        try:
            said = self._where()
        except (OSError, ValueError) as error:
            raise Unusable(f"where the task list is can't be read: {error}") from error
        path = os.path.normpath(os.path.join(self._root, said))
        folder, root = os.path.realpath(os.path.dirname(path)), os.path.realpath(self._root)
        if os.path.commonpath([folder, root]) != root:
            raise Unusable(f"tasks_file is {said}, which lies outside the repository; the task list is left alone")
        return path

    @property
    def _before(self) -> str:
        return os.path.join(self._state, "tasks_list.before")

    def begin(self) -> Path:
        """Make the list, empty, where there is none; its path."""
        path = Path(self._path)
        try:
            with path.open("xb") as file:
                file.write(b"# Tasks\n")
        except FileExistsError:
            pass
        except OSError as error:
            raise self._unusable(f"can't be made: {error.strerror}") from error
        return path

    def signature(self) -> str | None:
        """What is another whenever the file, or the one that it replaced, has changed; None when there is none."""
        own = _signature(self._path)
        return None if own is None else f"{own}|{_signature(self._before)}"

    @contextmanager
    def held(self) -> Iterator[None]:
        """No other process of Interlock reads or writes the list meanwhile."""
        from filelock import FileLock, Timeout

        lock = FileLock(os.path.join(self._state, "tasks_list.lock"), timeout=PATIENCE)
        try:
            lock.acquire()
        except (Timeout, OSError) as error:
            raise Unusable(f"{self.name} was not brought up to date: its lock is not to be had ({error})") from error
        try:
            yield
        finally:
            lock.release()

    def read(self) -> Found | None:
        """What it says; refuses what no person edits as a list: a link, something huge, something binary."""
        path = self._path
        try:
            status = os.lstat(path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._unusable(f"can't be read: {error.strerror}") from error
        self._check(status)
        content, signature = self._content(path)
        if b"\0" in content:
            raise self._unusable("is binary, or in UTF-16: save it as UTF-8")
        sign = "" if time.time_ns() - status.st_mtime_ns > STILL_NS else UNSURE
        return Found(content, f"{sign}{signature}|{_signature(self._before)}")

    def late(self, seen: str | None) -> bytes | None:
        """What an editor wrote in place into the file that was replaced when the signature became `seen`."""
        if seen is None or seen.rpartition("|")[2] == str(_signature(self._before)):
            return None
        try:
            with open(self._before, "rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError:
            return None
        return content if content.strip() and len(content) <= MOST_BYTES and b"\0" not in content else None

    def place(self, text: bytes, over: bytes) -> Placed:
        """Let the file say `text`, which said `over`. Refuses where its owner could not be kept."""
        path, draft = self._path, os.path.join(self._state, f"tasks_list.{os.getpid()}.new")
        try:
            if os.stat(self._state).st_dev != os.stat(os.path.dirname(path)).st_dev:
                draft = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.getpid()}.new")
            _write(draft, text, os.lstat(path))
            own = _signature(draft)
            exchange(draft, path)
            before = _signature(draft)
            with open(draft, "rb") as file:
                displaced = file.read()
            with suppress(OSError):  # on another file system it can't be kept, and then it is not
                os.replace(draft, self._before)
        except OSError as error:
            raise self._unusable(f"can't be written: {error.strerror}") from error
        finally:
            with suppress(OSError):
                os.unlink(draft)
        return Placed(f"{own}|{before}", None if displaced == over else displaced)

    def _check(self, status: os.stat_result) -> None:
        if stat.S_ISLNK(status.st_mode):
            raise self._unusable("is a symbolic link; tasks_file in .claude/interlock.toml can name the file itself")
        if not stat.S_ISREG(status.st_mode):
            raise self._unusable("is no file")
        if status.st_size > MOST_BYTES:
            raise self._unusable(f"has {status.st_size:,} bytes; at most {MOST_BYTES:,} are read")
        if not status.st_mode & 0o222 or not os.access(self._path, os.W_OK):
            raise self._unusable("is read-only")

    def _content(self, path: str) -> tuple[bytes, str]:
        """The content as it was at one moment, as far as that can be told: nobody wrote while it was read."""
        for _ in range(100):
            try:
                with open(path, "rb") as file:
                    before = _text(os.fstat(file.fileno()))
                    content = file.read(MOST_BYTES + 1)
                    if _text(os.fstat(file.fileno())) == before:
                        return content, before
            except OSError as error:
                raise self._unusable(f"can't be read: {error.strerror}") from error
        raise self._unusable("is being written all the time")

    def _unusable(self, why: str) -> Unusable:
        return Unusable(f"{self.name} {why}. It is left alone; the tasks are kept without it.")


def _signature(path: str) -> str | None:
    try:
        return _text(os.lstat(path))
    except OSError:
        return None


def _text(status: os.stat_result) -> str:
    return f"{status.st_ino}:{status.st_size}:{status.st_mtime_ns}"


def _write(draft: str, text: bytes, status: os.stat_result) -> None:
    # Nothing waits for the disk: after a power failure there is the old file or the new one, and the tasks are in
    # the store anyway.
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with open(descriptor, "wb") as file:
        file.write(text)
        mine = os.fstat(descriptor)
        if hasattr(os, "fchown") and (mine.st_uid, mine.st_gid) != (status.st_uid, status.st_gid):
            os.fchown(descriptor, status.st_uid, status.st_gid)
        os.chmod(draft, stat.S_IMODE(status.st_mode))
    # A time finer than any the system gives: whatever is written later has another one.
    now = time.time_ns() | 1
    os.utime(draft, ns=(now, now))
