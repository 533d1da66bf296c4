"""What Claude Code says of itself in the file that it keeps for each of its processes. The form is its own affair:

what can't be read is unknown.
"""

from __future__ import annotations

import json
import os

WAITING, IDLE = "waiting", "idle"


def is_asking(pid: int, started: str) -> bool | None:
    """Whether this client waits for its user; None when its file is not there, or is another process's."""
    status = _status(pid, started)
    return None if status is None else status == WAITING


def is_idle(pid: int, started: str) -> bool:
    """Whether this client says that it has nothing to do."""
    return _status(pid, started) == IDLE


def _status(pid: int, started: str) -> str | None:
    folder = _folder(pid)
    if folder is None:
        return None
    try:
        with open(os.path.join(folder, "sessions", f"{pid}.json"), encoding="utf-8") as handle:
            said = json.load(handle)
    except (OSError, ValueError):
        return None
    if not isinstance(said, dict) or said.get("pid") != pid or str(said.get("procStart")) != started:
        return None
    status = said.get("status")
    return status if isinstance(status, str) else None


def _folder(pid: int) -> str | None:
    """The client's own folder, by the environment that it was started with."""
    try:
        with open(f"/proc/{pid}/environ", "rb") as handle:
            entries = handle.read().split(b"\0")
    except OSError:
        return None
    given = dict(entry.partition(b"=")[::2] for entry in entries)
    named = given.get(b"CLAUDE_CONFIG_DIR")
    home = given.get(b"HOME")
    return os.fsdecode(named) if named else os.path.join(os.fsdecode(home), ".claude") if home else None
