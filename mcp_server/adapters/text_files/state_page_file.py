"""The shared state's page as a file that people edit at any time, and the archives beside it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from mcp_server.adapters.text_files import state_page_archive
from mcp_server.adapters.text_files.edited_file import EditedFile, within
from mcp_server.adapters.text_files.late_saves import LateSaves
from mcp_server.adapters.text_files.page_lock import page_lock
from mcp_server.adapters.text_files.stable_read import Unfit
from mcp_server.adapters.text_files.state_page_text import decoded, decoded_page, encoded, is_whole
from mcp_server.domain.errors import StateUnavailable
from mcp_server.domain.settings import STATE_FILE
from mcp_server.state_page.errors import PageTrouble
from mcp_server.state_page.rejoin import unsettled

LOCK = "page.lock"
BEFORE = "page.before"
OVERTAKEN = "page.overtaken.json"


class StatePageFile:
    """One repository's page: `SHARED_MIND.md` in the main worktree, or the file that the settings name."""

    def __init__(self, main: str, state: str, configured: Callable[[], str | None]) -> None:
        self._main = main
        self._state = state
        self._configured = configured
        self._late_saves = LateSaves(os.path.join(state, OVERTAKEN))
        self._stands: _Stands | None = None
        self._saved: str | None = None
        self._late: str | None = None

    @property
    def name(self) -> str:
        return self._configured() or STATE_FILE

    @property
    def folder(self) -> str:
        return self._main

    @contextmanager
    def locked(self) -> Iterator[None]:
        with page_lock(os.path.join(self._state, LOCK)):
            try:
                yield
            finally:
                self._stands = self._saved = None

    def is_wanted(self) -> bool:
        return self._configured() is not None

    def read(self) -> str | None:
        """What is to be applied: what was saved just as `replace` wrote, else the page, if there is one.

        With the lines that its writer could not see. Refuses (PageTrouble) what cannot be a page.
        """
        with self._told(self.name):
            text, self._saved = self._saved, None
            if text is None:
                text = self._look()
            return None if text is None else self._late_saves.joined(text)

    def replace(self, text: str) -> bool:
        """Replace what was read last by `text`; False when something else was saved in the meantime.

        That is to be read next, merged and written again; `text` may be in the file until then.
        """
        with self._told(self.name):
            file, stands = self._file(), self._stands
            if stands is None:
                return file.make(text.encode())
            if stands.signature not in (None, file.signature()):
                return False
            with self._kept():
                file.forget()
                self._late_saves.begin(text, decoded(stands.content))
            content = encoded(text, like=stands.content)
            displaced = file.place(content).content
            if displaced == stands.content or not is_whole(displaced, stands.content):
                return True
            self._stands = _Stands(content, None)
            self._saved = unsettled(self._keep(displaced))
            return False

    def create(self, text: str) -> bool:
        """Make the page; False when there is something already."""
        with self.locked(), self._told(self.name):
            return self._file().make(text.encode())

    def archive(self, month: str, text: str) -> None:
        """Add to the archive of a month. Text that is there already, after a crash, is not added again."""
        stem, ending = os.path.splitext(self.name)
        name = f"{stem}.{month}{ending}"
        with self._told(name):
            state_page_archive.add(within(self._main, name), self._state, f"# Shared mind, {month}\n\n", text)

    def _look(self) -> str | None:
        file = self._file()
        mark = file.kept_signature()
        if mark != self._late and (late := file.late()) is not None:
            self._keep(late)
        self._late = mark
        look = file.read()
        self._stands = None if look is None else _Stands(look.content, look.signature)
        return None if look is None else decoded(look.content)

    def _keep(self, saved: bytes) -> str:
        text = decoded(saved)
        with self._kept():
            self._late_saves.saved(text)
        return text

    @contextmanager
    def _kept(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StateUnavailable(f"{OVERTAKEN} cannot be written: {error.strerror}") from error

    @contextmanager
    def _told(self, name: str) -> Iterator[None]:
        try:
            yield
        except Unfit as why:
            raise PageTrouble(f"{name} {why}. It is left alone; what was written is kept in the state") from why

    def _file(self) -> EditedFile:
        return EditedFile(within(self._main, self.name), os.path.join(self._state, BEFORE), decoded_page, lasting=True)


class _Stands(NamedTuple):
    """What the page is expected to say, and its signature where somebody else may have saved since."""

    content: bytes
    signature: str | None
