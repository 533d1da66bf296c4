"""Whether the kernel can confine a command: asked at a session's start, and remembered in the notes folder."""

from __future__ import annotations

import os

FILE = "kernel"
SUPERVISED, ABLE, UNABLE = "landlock seccomp", "landlock", "none"


def can_confine(notes_folder: str) -> bool:
    """Whether a session's start found that it can; on the hot path."""
    return _remembered(notes_folder) in (SUPERVISED, ABLE)


def supervises(notes_folder: str) -> bool:
    """Whether a session's start found that it lets a process decide about another one's writes, one by one."""
    return _remembered(notes_folder) == SUPERVISED


def remember(notes_folder: str) -> bool:
    """Ask the kernel, and remember the answer."""
    from mcp_server.sandbox import landlock
    from mcp_server.sandbox.supervisor import shell

    able = landlock.can_confine()
    try:
        os.makedirs(os.path.dirname(_file(notes_folder)), exist_ok=True)
        with open(_file(notes_folder), "w", encoding="utf-8") as handle:
            handle.write((SUPERVISED if shell.can_supervise() else ABLE) if able else UNABLE)
    except OSError:
        return False
    return able


def _remembered(notes_folder: str) -> str:
    try:
        with open(_file(notes_folder), encoding="utf-8") as handle:
            return handle.read()
    except OSError:
        return ""


def _file(notes_folder: str) -> str:
    return os.path.join(notes_folder, FILE)
