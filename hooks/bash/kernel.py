"""Can the kernel hold a command to a scope? Found out at a session's start, and remembered with the set-up's notes."""

from __future__ import annotations

import os

FILE = "kernel"
CAN_CONFINE, DOES_NOT = "landlock", "none"


def holds() -> bool:
    """Whether a session's start found that it can; on the hot path."""
    try:
        with open(_file(), encoding="utf-8") as handle:
            return handle.read() == CAN_CONFINE
    except OSError:
        return False


def remember() -> bool:
    """Ask the kernel, and remember the answer."""
    from mcp_server.sandbox import landlock

    able = landlock.can_confine()
    try:
        os.makedirs(os.path.dirname(_file()), exist_ok=True)
        with open(_file(), "w", encoding="utf-8") as handle:
            handle.write(CAN_CONFINE if able else DOES_NOT)
    except OSError:
        return False
    return able


def _file() -> str:
    data = os.environ.get("CLAUDE_PLUGIN_DATA") or os.path.join(os.environ.get("CLAUDE_PLUGIN_ROOT", ""), ".interlock")
    return os.path.join(data, FILE)
