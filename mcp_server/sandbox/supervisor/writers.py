"""The processes of a session's confined commands that have a file open for writing, found by what they hold open."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SESSION = b"CLAUDE_CODE_SESSION_ID="
_KILL = 9


def stop(root: str, session: str, is_lost: Callable[[str], bool]) -> list[str]:
    """Kill those that may still write a lost path of the worktree, which no question to a supervisor precedes.

    Returns these paths, relative to `root`.
    """
    found = []
    for pid in _of_session(os.fsencode(session)):
        lost = [path for path in _written(pid, root) if is_lost(path)]
        if lost:
            found += lost
            try:
                os.kill(int(pid), _KILL)
            except OSError:
                continue
    return found


def _of_session(session: bytes) -> Iterator[str]:
    """What the session's commands started and what is supervised; not this process."""
    entry = SESSION + session
    for pid in filter(str.isdecimal, os.listdir("/proc")):
        try:
            if int(pid) != os.getpid() and entry in _read(f"/proc/{pid}/environ").split(b"\0") and _is_confined(pid):
                yield pid
        except OSError:
            continue


def _is_confined(pid: str) -> bool:
    """Whether somebody is asked about its calls."""
    return b"\nSeccomp:\t2\n" in _read(f"/proc/{pid}/status")


def _written(pid: str, root: str) -> list[str]:
    found = []
    try:
        for number in os.listdir(f"/proc/{pid}/fd"):
            path = os.readlink(f"/proc/{pid}/fd/{number}")
            if path.startswith(root + "/") and _is_for_writing(pid, number):
                found.append(path[len(root) + 1 :])
    except OSError:
        pass
    return found


def _is_for_writing(pid: str, number: str) -> bool:
    for line in _read(f"/proc/{pid}/fdinfo/{number}").splitlines():
        if line.startswith(b"flags:"):
            return bool(int(line[6:], 8) & os.O_ACCMODE)
    return False


def _read(file: str) -> bytes:
    with open(file, "rb") as handle:
        return handle.read()
