"""A text file that people edit at any time: read when it is stable, replaced atomically, without losing their words.

The new file and the old one are exchanged where the system can do that, so that the old one is at hand even if
somebody saved a moment before. It is not restored: whoever read it there and went on from it would overwrite what came
after. The caller gets it, applies it and writes again. It is also kept until the next time, since an editor that writes
in place may have opened it before the exchange and write only after.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from mcp_server.adapters.host.atomic_write import remove, write_draft
from mcp_server.adapters.text_files import swap
from mcp_server.adapters.text_files.stable_read import Look, Unfit, look, signature


class Replaced(NamedTuple):
    """The signatures of a file that was placed and of the one that it displaced, and what that one says."""

    placed: str
    displaced: str
    content: bytes


class EditedFile:
    """The file at `path`. What is displaced lies at `kept`; `accept` may refuse (Unfit) what a file says.

    The caller holds the lock. `lasting` waits for the disk with every write: for text that is stored nowhere else.
    """

    def __init__(self, path: str, kept: str, accept: Callable[[bytes], object] = len, *, lasting: bool = False) -> None:
        self._path = path
        self._kept = kept
        self._accept = accept
        self._lasting = lasting

    def signature(self) -> str | None:
        return signature(self._path)

    def kept_signature(self) -> str | None:
        """The same of what was displaced last."""
        return signature(self._kept)

    def read(self) -> Look | None:
        """What it says; None when there is no file. Refuses (Unfit) what is not text or is read-only."""
        return look(self._path, self._accept)

    def late(self) -> bytes | None:
        """What was displaced last, as it is now; None when it says nothing, or what is refused."""
        try:
            found = look(self._kept, self._accept)
        except Unfit:
            return None
        return found.content if found is not None and found.content.strip() else None

    def make(self, data: bytes) -> bool:
        """Put a file where there is none, complete; False when there is something."""
        draft = self._draft()
        try:
            write_draft(draft, data, None, self._lasting)
            if os.path.lexists(self._path):
                return False
            try:
                os.link(draft, self._path)
            except FileExistsError:
                return False
            except OSError:  # a file system without second names
                os.rename(draft, self._path)
            return True
        except OSError as error:
            raise Unfit(f"can't be made: {error.strerror}") from error
        finally:
            remove(draft)

    def place(self, data: bytes) -> Replaced:
        """Replace the content by `data`. Refuses (Unfit) a file that can't be written, and one that was just saved and
        can't be read, which is restored.
        """
        draft = self._draft()
        try:
            write_draft(draft, data, os.lstat(self._path), self._lasting)
            placed = str(signature(draft))
            swap.exchange(draft, self._path)
            replaced = Replaced(placed, str(signature(draft)), self._displaced(draft, placed))
            with suppress(OSError):  # on another file system it can't be kept, and then it is not
                os.replace(draft, self._kept)
            return replaced
        except OSError as error:
            raise Unfit(f"can't be written: {error.strerror}") from error
        finally:
            remove(draft)

    def forget(self) -> None:
        """What was displaced last is of no use any more."""
        remove(self._kept)

    def _draft(self) -> str:
        """Where the next one is written: out of people's sight if it can be moved from there."""
        folder, name = os.path.split(self._path)
        try:
            if os.stat(os.path.dirname(self._kept)).st_dev == os.stat(folder).st_dev:
                return f"{self._kept}.new"
        except OSError as error:
            raise Unfit(f"can't be written: {error.strerror}") from error
        return os.path.join(folder, f".{name}.new")

    def _displaced(self, draft: str, placed: str) -> bytes:
        try:
            found = look(draft, self._accept)
        except Unfit:
            _put_back(draft, self._path, placed)
            raise
        return found.content if found is not None else b""


def within(root: str, said: str) -> str:
    """The path that the settings name inside `root`, its folder as it really is; refuses (Unfit) one outside."""
    folder, name = os.path.split(os.path.normpath(os.path.join(root, said)))
    real = os.path.realpath(folder)
    if not os.path.join(real, "").startswith(os.path.join(os.path.realpath(root), "")):
        raise Unfit("lies outside the repository")
    return os.path.join(real, name)


def _put_back(draft: str, path: str, placed: str) -> None:
    """Restore what can't be read at `path`, unless somebody has saved over ours by now."""
    while signature(path) == placed:
        back = str(signature(draft))
        swap.exchange(draft, path)
        if signature(draft) == placed:
            return
        placed = back
