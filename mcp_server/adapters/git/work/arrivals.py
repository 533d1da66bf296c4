"""What was seen last of the work of each worktree, so that git is asked again only when one of its branches moved."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from mcp_server.adapters.host.atomic_write import private_folder, replace

FILE = os.path.join("merge", "arrived.json")
MOST = 200


class Seen(NamedTuple):
    """A worktree as it was seen last: the sign of its branches, the commit of the base with its work, and its HEAD.

    `missing` are the commits with work that was not in the base, which was on the commit `base` then.
    """

    sign: str
    arrived: str | None
    branch: str | None
    commit: str | None
    missing: list[str]
    base: str


class Arrivals:
    """What was seen of each worktree last, by its name."""

    def __init__(self, state: str) -> None:
        self._file = Path(state, FILE)

    def seen(self, name: str) -> Seen | None:
        """What was seen, or None."""
        found = self._read().get(name)
        return Seen(*found) if isinstance(found, list) and len(found) == len(Seen._fields) else None

    def keep(self, name: str, seen: Seen) -> None:
        """Keep what was seen; a disk that takes no writes only makes the next question slower."""
        known = self._read()
        known.pop(name, None)
        kept = dict([*known.items(), (name, list(seen))][-MOST:])
        try:
            private_folder(self._file.parent)
            replace(str(self._file), json.dumps(kept).encode())
        except OSError:
            return

    def _read(self) -> dict[str, Any]:
        try:
            said = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}
