"""Whether the kernel can confine a command: asked at a session's start, and remembered in the notes folder.

Only a yes is believed. Whoever can write in that folder could write a no, and with it take the confinement away.
"""

from __future__ import annotations

import os

FILE = "kernel"
ABLE, UNABLE = "landlock", "none"


def can_confine(notes_folder: str) -> bool:
    """Whether it can; on the hot path."""
    if _remembered(notes_folder) == ABLE:
        return True
    from mcp_server.sandbox import landlock

    return landlock.can_confine()


def was_able(notes_folder: str) -> bool:
    """Whether it could when it was asked last, and has not been started anew since."""
    import time

    if not hasattr(time, "CLOCK_BOOTTIME"):
        return False
    try:
        asked_at = os.stat(os.path.join(notes_folder, FILE)).st_mtime
    except OSError:
        return False
    return asked_at > time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) and _remembered(notes_folder) == ABLE


def remember(notes_folder: str) -> bool:
    """Ask the kernel, and remember the answer."""
    from mcp_server.sandbox import landlock

    able = landlock.can_confine()
    try:
        os.makedirs(notes_folder, exist_ok=True)
        with open(os.path.join(notes_folder, FILE), "w", encoding="utf-8") as handle:
            handle.write(ABLE if able else UNABLE)
    except OSError:  # it is asked again before each command
        pass
    return able


def _remembered(notes_folder: str) -> str:
    try:
        with open(os.path.join(notes_folder, FILE), encoding="utf-8") as handle:
            return handle.read()
    except OSError:
        return ""
