"""Is git's lock on a worktree still somebody's? The client locks those that it works in; a killed one leaves it."""

from __future__ import annotations

import re

from mcp_server.ports import Processes

_OF_A_CLIENT = re.compile(r"\bclaude\b.*\(pid (\d+)(?: start (.+))?\)\s*$")
ENDED = "locked by a session that has ended"


def is_left(processes: Processes, locked: str | None) -> bool:
    """Whether this reason of a lock names a process of the client that has ended; False where it can't be told."""
    found = _OF_A_CLIENT.search(locked or "")
    if found is None:
        return False
    process = processes.identify(int(found[1]))
    if process is None:
        return True
    started = found[2] or ""
    return started.isdecimal() and process.started.isdecimal() and started != process.started
