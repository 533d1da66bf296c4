"""Folders in which each program keeps one of its own: a new one there belongs to the command that made it.

The next command finds it there already, so it is remembered.
"""

from __future__ import annotations

import os

from mcp_server.sandbox.record import private

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDERS = (("XDG_DATA_HOME", ".local/share"), ("XDG_CONFIG_HOME", ".config"), ("XDG_STATE_HOME", ".local/state"))
_FILE = "made-by-commands"
_MOST = 1 << 16


def folders(home: str, environment: Mapping[str, str]) -> list[str]:
    """The folders for programs' own folders, existing or not."""
    found = []
    for name, usual in _FOLDERS:
        named = environment.get(name, "")
        if os.path.isabs(named):
            found.append(named)
        elif home:
            found.append(os.path.join(home, usual))
    return found


def remember(state: str, place: str) -> None:
    """A confined command has made `place`, in one of the folders."""
    with open(os.path.join(state, _FILE), "ab", opener=private) as handle:
        handle.write(os.fsencode(place) + b"\0")


def remembered(state: str) -> list[str]:
    """What confined commands have made in them."""
    try:
        with open(os.path.join(state, _FILE), "rb") as handle:
            return [os.fsdecode(place) for place in handle.read(_MOST).split(b"\0") if place]
    except OSError:
        return []
