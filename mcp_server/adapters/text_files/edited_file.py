"""A text file that people edit at any time: read when it stands still, replaced at once, and no word of theirs lost.

What replaces it takes its place by an exchange where the system has one: what was there is in hand then, also when
somebody saved in the moment before. That is not put back: whoever read it there again and went on from it would save
over what came after it. It is handed to the caller, who takes it in and writes once more. And it is kept until the
next time, since an editor that writes in place may have opened it before the exchange and write only after.
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

    Whoever calls is the only one of Interlock's at it. `lasting` waits for the disk with every write: for text that
    stands nowhere else.
    """

    def __init__(self, path: str, kept: str, accept: Callable[[bytes], object] = len, *, lasting: bool = False) -> None:
        self._path = path
        self._kept = kept
        self._accept = accept
        self._lasting = lasting

    def signature(self) -> str | None:
        """What is another whenever the file has changed; None when there is none."""
        return signature(self._path)

    def kept_signature(self) -> str | None:
        """The same of what was displaced last."""
        return signature(self._kept)

    def read(self) -> Look | None:
        """What it says; None when there is no file. Refuses (Unfit) what nobody edits as text, or may write."""
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
        """Let the file say `data`, at once. Refuses (Unfit) what can't be written, and what was just saved and can't
        be read, which then stands there again.
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
    """What nobody can take in stands at `path` again, unless somebody has saved over that by now."""
    while signature(path) == placed:
        back = str(signature(draft))
        swap.exchange(draft, path)
        if signature(draft) == placed:
            return
        placed = back
