"""What people saved just as the page was written. It is applied, but somebody may have read our page in between.

They then edit a page that lacks those lines, and overwrite them without having seen them. So the lines are kept with
the version that lacks them, even if they are found only later: an editor may have written them into the file that was
displaced, and a process may have been killed before it found them.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress

from mcp_server.adapters.host.atomic_write import replace
from mcp_server.state_page.page import read_page
from mcp_server.state_page.rejoin import rejoin

MOST = 10
"""How many are kept: each is needed only for people who read the page before it had the lines."""


class LateSaves:
    """The late saves of one repository, and which page was written last. The caller holds the page's lock."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._latest = f"{os.path.splitext(file)[0]}.latest.json"

    def begin(self, ours: str, before: str) -> None:
        """`ours` is about to take the place of `before`; an OSError when that cannot be written."""
        with suppress(FileNotFoundError):
            os.unlink(self._latest)  # a file system that is asked to replace it waits for the disk
        _replace(self._latest, [(ours, before, before)])

    def saved(self, text: str) -> None:
        """Record that the latest page lacks this, which somebody saved over `before`; once for the same text."""
        for ours, before, last in _read(self._latest):
            if text != last:
                _replace(self._file, [*_read(self._file), (str(read_page(ours).version), before, text)][-MOST:])
                _replace(self._latest, [(ours, before, text)])

    def joined(self, text: str) -> str:
        """A page with what its writer could not see."""
        kept = _read(self._file)
        lacking = str(read_page(text).version) if kept else None
        for version, before, saved in kept:
            if version == lacking:
                text = rejoin(text, before, saved)
        return text


def _replace(file: str, rows: list[tuple[str, str, str]]) -> None:
    replace(file, json.dumps(rows).encode())


def _read(file: str) -> list[tuple[str, str, str]]:
    try:
        with open(file, encoding="utf-8", newline="") as handle:
            return [(str(version), str(before), str(saved)) for version, before, saved in json.load(handle)]
    except (OSError, ValueError, TypeError):  # none yet, or a disk that lost it
        return []
