"""Deleting a folder with everything in it, also what was made read-only; and saying what stays."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from typing import Any

from mcp_server.domain.worktree import Trouble

NAMED = 5


def delete(path: str) -> None:
    """Delete `path`; it may be gone already. Links are deleted, never followed. Refuses (Trouble) naming what stays."""
    if os.path.islink(path) or os.path.isfile(path):
        os.unlink(path)
        return
    shutil.rmtree(path, onerror=_once_more)
    if os.path.lexists(path):
        stays = _files_below(path) or [path]
        more = f" and {len(stays) - NAMED} more" if len(stays) > NAMED else ""
        raise Trouble(f"cannot be deleted: {', '.join(stays[:NAMED])}{more}; the rest is gone")


def _once_more(act: Callable[..., Any], path: str, _error: object) -> None:
    """A folder that may not be written, as Go's module cache has them, is made writable first."""
    for folder in (os.path.dirname(path), path):
        try:
            if os.path.isdir(folder) and not os.path.islink(folder):
                os.chmod(folder, stat.S_IMODE(os.lstat(folder).st_mode) | stat.S_IRWXU)
        except OSError:
            return
    if act in (os.scandir, os.open, os.lstat) or (act is os.rmdir and os.listdir(path)):
        shutil.rmtree(path, ignore_errors=True)
        return
    try:
        act(path)
    except OSError:
        return


def _files_below(path: str) -> list[str]:
    return sorted(os.path.join(folder, name) for folder, _, names in os.walk(path) for name in names)
