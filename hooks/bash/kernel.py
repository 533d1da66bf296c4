"""Whether the kernel can confine a command: asked at a session's start, and remembered in the notes folder."""

from __future__ import annotations

import os

FILE = "kernel"
ABLE, UNABLE = "landlock", "none"


def can_confine(notes_folder: str) -> bool:
    """Whether a session's start found that it can; on the hot path."""
    try:
        with open(_file(notes_folder), encoding="utf-8") as handle:
            return handle.read() == ABLE
    except OSError:
        return False


def remember(notes_folder: str) -> bool:
    """Ask the kernel, and remember the answer."""
    from mcp_server.sandbox import landlock

    able = landlock.can_confine()
    try:
        os.makedirs(os.path.dirname(_file(notes_folder)), exist_ok=True)
        with open(_file(notes_folder), "w", encoding="utf-8") as handle:
            handle.write(ABLE if able else UNABLE)
    except OSError:
        return False
    return able


def _file(notes_folder: str) -> str:
    return os.path.join(notes_folder, FILE)
