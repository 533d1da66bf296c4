"""Places for what nobody keeps: temporary directories, devices, the client's scratch directory."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

SHARED = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108  these are granted, nothing is written here
_NAMED = "TMPDIR TMP TEMP CLAUDE_CODE_TMPDIR CLAUDE_TMPDIR XDG_RUNTIME_DIR CLAUDE_CODE_CHILD_NOTES_DIR".split()
DEVICES = ("/dev", "/proc")
"""Existing files there may be written, but nothing may be created or removed."""


def folders(environment: Mapping[str, str]) -> list[str]:
    """The temporary directories: those named by the environment, and those that every system has."""
    named = [environment[name] for name in _NAMED if os.path.isabs(environment.get(name, ""))]
    return list(dict.fromkeys([*named, *SHARED]))


def usual(environment: Mapping[str, str]) -> str:
    """Where a program creates a temporary file by default."""
    named = environment.get("TMPDIR", "")
    return named if os.path.isabs(named) else SHARED[0]


def own(usual_folder: str) -> str:
    """A private directory in `usual_folder`, for when that cannot be granted; OSError if it belongs to another user."""
    folder = os.path.join(usual_folder, f"interlock-{os.getuid()}")
    try:
        os.mkdir(folder, 0o700)
    except FileExistsError:
        # In a place that everybody may write, another user may have created it.
        found = os.lstat(folder)
        if found.st_uid != os.getuid() or not os.path.isdir(folder) or os.path.islink(folder):
            raise
    return folder
