"""Leaves what `hooks/quiet-start` needs to answer the start of a session in a repository not in use by itself."""

from __future__ import annotations

import os
import sys

from hooks.bash import session_env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event

FILE = "shells"
PLACE = "@commands@"
SESSION = "@session@"
"""They stand in the text for a session's shells where the folder of its commands' records belongs."""


def prepare(event: Event) -> None:
    """Write the text for shells down in its parts, for this plugin and this Python; a full disk only costs time."""
    from mcp_server.adapters.host.atomic_write import replace

    file = os.path.join(event.notes_folder, FILE)
    root = event.environment.get("CLAUDE_PLUGIN_ROOT", "")
    parts = session_env.entry(PLACE, sys.executable, session=SESSION).split(f"'{PLACE}'/'{SESSION}'")
    text = "\n".join([f"{root}|{sys.executable}", *parts])
    if root and not _says(file, text):
        replace(file, text.encode(errors="surrogateescape"))


def _says(file: str, text: str) -> bool:
    try:
        with open(file, encoding="utf-8", errors="surrogateescape") as handle:
            return handle.read() == text
    except OSError:
        return False
