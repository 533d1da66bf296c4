"""What people saved just when the page was written: it was put back, but somebody may have read ours in between.

Whoever goes on from that reading lacks the lines that were saved, and saves over them without having seen them.
"""

from __future__ import annotations

import json
import os
from typing import NamedTuple

from mcp_server.shared_mind.page import read
from mcp_server.shared_mind.rejoining import rejoin

MOST = 10
"""So many are kept: each is of use only to whoever read the page in that one moment."""


class Overtaken(NamedTuple):
    """The version that stood there for a moment, what stood there before it, and what a person saved on that."""

    version: int
    before: str
    saved: str


class OvertakenFile:
    """Those of one repository. Whoever calls has the page to itself."""

    def __init__(self, file: str) -> None:
        self._file = file

    def keep(self, ours: str, before: str, saved: str) -> None:
        """Remember what was saved while `ours` came to stand there; an OSError when it cannot be written."""
        version = read(ours).version
        if version is None:
            return
        kept = [*self._kept(), Overtaken(version, before, saved)][-MOST:]
        draft = f"{self._file}.new"
        with open(draft, "w", encoding="utf-8", newline="") as handle:
            json.dump(kept, handle)
        os.replace(draft, self._file)

    def joined(self, text: str) -> str:
        """A page with what its writer could not see."""
        kept = self._kept()
        version = read(text).version if kept else None
        for overtaken in kept:
            if overtaken.version == version:
                text = rejoin(text, overtaken.before, overtaken.saved)
        return text

    def _kept(self) -> list[Overtaken]:
        try:
            with open(self._file, encoding="utf-8", newline="") as handle:
                return [Overtaken(int(version), str(old), str(new)) for version, old, new in json.load(handle)]
        except (OSError, ValueError, TypeError):  # none yet, or a disk that lost it
            return []
