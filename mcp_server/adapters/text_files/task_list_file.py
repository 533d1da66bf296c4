"""The task list as a file: where it lies, whether it has changed, and what an editor wrote into it too late."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from mcp_server.adapters.host.file_lock import file_lock
from mcp_server.adapters.text_files.edited_file import EditedFile, within
from mcp_server.adapters.text_files.stable_read import Unfit
from mcp_server.domain.task_list import Found, Placed, Unusable

PATIENCE = 10.0
"""Seconds. Reading and writing the list takes milliseconds; only a stuck process keeps others waiting for so long."""
STILL_NS = 20_000_000
"""Some file systems tell the time in steps of ten milliseconds: of two changes within one step the second is not seen
by its time."""
UNSURE = "?"
"""Begins a signature that no file has: look again next time."""


class TaskListFile:
    """The file at the path that `where` gives, inside `root`; what Interlock needs beside it is kept in `state`."""

    def __init__(self, where: Callable[[], str], root: str, state: str) -> None:
        self._where = where
        self._root = root
        self._state = state

    @property
    def name(self) -> str:
        """Its path as people write it, from the repository's root."""
        return os.path.normpath(self._said)

    @property
    def _said(self) -> str:
        try:
            return self._where()
        except (OSError, ValueError) as error:
            raise Unusable(f"where the task list is can't be read: {error}") from error

    @property
    def _path(self) -> str:
        with self._told():
            return within(self._root, self._said)

    @property
    def _file(self) -> EditedFile:
        # Nothing waits for the disk: what people wrote is in the store as well, by version.
        return EditedFile(self._path, os.path.join(self._state, "tasks_list.before"))

    def begin(self) -> Path:
        """Make the list, empty, where there is none; its path."""
        with self._told():
            self._file.make(b"# Tasks\n")
        return Path(self._path)

    def signature(self) -> str | None:
        """A fingerprint that changes whenever the file, or the one that it replaced, does; None if there is no file."""
        file = self._file
        own = file.signature()
        return None if own is None else f"{own}|{file.kept_signature()}"

    @contextmanager
    def locked(self) -> Iterator[None]:
        with ExitStack() as held:
            try:
                held.enter_context(file_lock(os.path.join(self._state, "tasks_list.lock"), patience=PATIENCE))
            except OSError as error:
                raise Unusable(f"{self.name} was not brought up to date: its lock is unavailable ({error})") from error
            yield

    def read(self) -> Found | None:
        """What it says; refuses a link, a huge file and a binary one."""
        file = self._file
        with self._told():
            look = file.read()
        if look is None:
            return None
        sign = "" if time.time_ns() - look.changed_ns > STILL_NS else UNSURE
        return Found(look.content, f"{sign}{look.signature}|{file.kept_signature()}")

    def late(self, seen: str | None) -> bytes | None:
        """What an editor wrote in place into the file that was replaced when the signature became `seen`."""
        file = self._file
        if seen is None or seen.rpartition("|")[2] == str(file.kept_signature()):
            return None
        return file.late()

    def place(self, text: bytes, over: bytes) -> Placed:
        """Replace `over`, which was read, by `text`. Refuses where the file's group could not be kept."""
        with self._told():
            replaced = self._file.place(text)
        return Placed(f"{replaced.placed}|{replaced.displaced}", None if replaced.content == over else replaced.content)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except Unfit as why:
            raise Unusable(f"{self.name} {why}. It is left alone; the tasks are kept without it.") from why
