"""The folder of requests: files that anybody puts there, those that were taken, and the answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from time import sleep, time

from mcp_server.adapters.host.atomic_write import replace
from mcp_server.adapters.host.file_stamp import stamp
from mcp_server.adapters.host.process_lock import process_lock
from mcp_server.adapters.text_files.arrived_text import text_or_trouble
from mcp_server.domain.unattended.request import Arrived

TAKEN = "taken"
LOCK = "inbox.lock"
PATIENCE = 30.0
ENDINGS = (".md", ".txt", ".markdown", "")
UNFINISHED = (".tmp", ".part", ".swp", ".new", "~")
SETTLED = 2.0
"""Seconds: a file that changed later than that may still be being written, so it is looked at twice."""
LOOK_AGAIN = 0.25


class FileRequests:
    """Two folders of a repository; whatever is moved or written, nothing of anybody else is overwritten."""

    def __init__(
        self,
        inbox: Path,
        outbox: Path,
        state: Path,
        *,
        exclude: Callable[[], object] = lambda: None,
        now: Callable[[], float] = time,
        pause: Callable[[float], None] = sleep,
    ) -> None:
        self.inbox = inbox
        self.outbox = outbox
        self._state = state
        self._exclude = exclude
        self._now = now
        self._pause = pause

    def locked(self) -> AbstractContextManager[object]:
        return process_lock(str(self._state / LOCK), patience=PATIENCE)

    def arrived(self) -> list[Arrived]:
        try:
            names = sorted(entry.name for entry in os.scandir(self.inbox) if not entry.is_dir(follow_symlinks=False))
        except FileNotFoundError:
            return []
        found = [(name, self._stamp(name)) for name in names if _is_request(name)]
        if found:
            self._exclude()
        young = [one for one in found if one[1] and self._is_young(one[0])]
        if young:
            self._pause(LOOK_AGAIN)
        still = {name: self._stamp(name) for name, _ in young}
        settled = [(name, seen) for name, seen in found if seen and still.get(name, seen) == seen]
        return [self._read(name, seen) for name, seen in sorted(settled, key=lambda one: (int(one[1].split()[0]), one))]

    def set_aside(self, name: str, stamped: str) -> str | None:
        if self._stamp(name) != stamped:
            return None
        folder = self.inbox / TAKEN
        folder.mkdir(exist_ok=True)
        kept_as = _free(folder, name)
        try:
            os.rename(self.inbox / name, folder / kept_as)
        except FileNotFoundError:
            return None
        if stamp(str(folder / kept_as)) != stamped and not os.path.lexists(self.inbox / name):
            os.rename(folder / kept_as, self.inbox / name)  # another file had taken its name in this very moment
            return None
        return kept_as

    def answer(self, name: str, text: str) -> str:
        self._make(self.outbox)
        file = self.outbox / (name if name.endswith(".md") else f"{name}.md")
        replace(str(file), text.encode("utf-8", "replace"), is_persons=True)
        return str(file)

    def hand_in(self, name: str, text: str) -> str:
        self._make(self.inbox)
        file = self.inbox / _free(self.inbox, name)
        replace(str(file), text.encode("utf-8", "replace"), is_persons=True)
        return str(file)

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            self._exclude()
            folder.mkdir(parents=True, exist_ok=True)

    def _stamp(self, name: str) -> str | None:
        return stamp(str(self.inbox / name))

    def _is_young(self, name: str) -> bool:
        try:
            return os.stat(self.inbox / name).st_mtime > self._now() - SETTLED
        except OSError:
            return False

    def _read(self, name: str, stamped: str) -> Arrived:
        return Arrived(name, stamped, *text_or_trouble(self.inbox / name))


def _is_request(name: str) -> bool:
    if name.startswith((".", "#")) or name.endswith(UNFINISHED):
        return False
    return os.path.splitext(name)[1].lower() in ENDINGS and name.isprintable()


def _free(folder: Path, name: str) -> str:
    stem, ending = os.path.splitext(name)
    number, free = 1, name
    while os.path.lexists(folder / free):
        number += 1
        free = f"{stem}-{number}{ending}"
    return free
