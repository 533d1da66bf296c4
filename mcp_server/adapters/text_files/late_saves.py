"""What people saved just when the page was written: it is taken in, but somebody may have read ours in between.

Whoever goes on from that reading lacks the lines that were saved, and saves over them without having seen them. So
they are kept with the version that lacks them, also when they are found only later: an editor may have written them
into the file that was displaced, and a process may have been killed before it came to look.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress

from mcp_server.adapters.host.atomic_write import replace
from mcp_server.state_page.page import read
from mcp_server.state_page.rejoin import rejoin

MOST = 10
"""So many are kept: each is of use only to whoever read the page before it had the lines."""


class LateSaves:
    """Those of one repository, and beside them which page came last. Whoever calls has the page to itself."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._latest = f"{os.path.splitext(file)[0]}.latest.json"

    def begin(self, ours: str, before: str) -> None:
        """`ours` is about to take the place of `before`; an OSError when that cannot be written."""
        with suppress(FileNotFoundError):
            os.unlink(self._latest)  # a file system that is asked to replace it waits for the disk
        _replace(self._latest, [(ours, before, before)])

    def saved(self, text: str) -> None:
        """The latest page lacks this, which somebody saved over `before`; what was said before is not kept again."""
        for ours, before, last in _read(self._latest):
            if text != last:
                _replace(self._file, [*_read(self._file), (str(read(ours).version), before, text)][-MOST:])
                _replace(self._latest, [(ours, before, text)])

    def joined(self, text: str) -> str:
        """A page with what its writer could not see."""
        kept = _read(self._file)
        lacking = str(read(text).version) if kept else None
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
