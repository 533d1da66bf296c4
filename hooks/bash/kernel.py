"""Whether the kernel can confine a command: asked at a session's start, and remembered in the notes folder."""

from __future__ import annotations

import os

from hooks.event.event import notes_folder

FILE = "kernel"
SUPERVISED, ABLE, UNABLE = "landlock seccomp", "landlock", "none"


def can_confine() -> bool:
    """Whether a session's start found that it can; on the hot path."""
    return _remembered() in (SUPERVISED, ABLE)


def supervises() -> bool:
    """Whether a session's start found that it lets a process decide about another one's writes, one by one."""
    return _remembered() == SUPERVISED


def remember() -> bool:
    """Ask the kernel, and remember the answer."""
    from mcp_server.sandbox import landlock
    from mcp_server.sandbox.supervisor import shell

    able = landlock.can_confine()
    try:
        os.makedirs(os.path.dirname(_file()), exist_ok=True)
        with open(_file(), "w", encoding="utf-8") as handle:
            handle.write((SUPERVISED if shell.can_supervise() else ABLE) if able else UNABLE)
    except OSError:
        return False
    return able


def _remembered() -> str:
    try:
        with open(_file(), encoding="utf-8") as handle:
            return handle.read()
    except OSError:
        return ""


def _file() -> str:
    return os.path.join(notes_folder(), FILE)
