"""Is Interlock's own environment ready, and if not, why?

Runs before anything is installed, and hooks import it: standard library only, and little of that.
"""

from __future__ import annotations

import os
import sys

LOCK_FILE = "requirements.txt"
MARK = "interlock-environment.json"
TOO_FULL = 1_000_000


def state_folder(root: str, data: str) -> str:
    """The folder in which the set-up keeps its notes: the data folder, or `.interlock` in a checkout."""
    return os.path.join(root, ".interlock") if data == root else data


def version(root: str) -> str:
    """The plugin's version, from its manifest."""
    return _read_json(os.path.join(root, ".claude-plugin", "plugin.json"))["version"]


def python_of(environment: str) -> str:
    """The interpreter inside `environment`."""
    return os.path.join(environment, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))


def key_of(root: str, lock_file: str = LOCK_FILE) -> str:
    """Identifies what an environment was created for: this Python, this machine, these locked packages."""
    from hashlib import sha256

    with open(os.path.join(root, lock_file), "rb") as file:
        digest = sha256(file.read())
    digest.update(f"{sys.platform} {os.uname().machine if hasattr(os, 'uname') else ''}".encode())
    return f"{sys.version_info[0]}.{sys.version_info[1]}-{digest.hexdigest()[:12]}"


def environment_for(root: str, data: str, lock_file: str = LOCK_FILE) -> str:
    """Where the environment for `lock_file` belongs; in a checkout never a folder that somebody else created."""
    if data != root:
        return os.path.join(data, f"env-{key_of(root, lock_file)}")
    name = ".venv" if lock_file == LOCK_FILE else ".venv-dev"
    own = os.path.join(root, name)
    return own if _may_create(own) else f"{own}-interlock"


def ready_env(root: str, data: str, lock_file: str = LOCK_FILE) -> str | None:
    """The environment that is ready for exactly this lock file and this Python, or None."""
    if lock_file == LOCK_FILE and (stamped := _stamped(root, data)):
        return stamped
    try:
        environment = environment_for(root, data, lock_file)
        made_for = _read_json(os.path.join(environment, MARK)).get("key")
        fits = made_for == key_of(root, lock_file) and os.access(python_of(environment), os.X_OK)
    except OSError:
        return None
    return environment if fits else None


def is_noted_elsewhere(root: str, data: str) -> bool:
    """Whether the note of what is ready names an interpreter that is gone: its folder was moved since."""
    try:
        with open(os.path.join(state_folder(root, data), "ready"), encoding="utf-8", errors="surrogateescape") as file:
            return not os.access(file.read().splitlines()[1], os.X_OK)
    except (OSError, IndexError):
        return False


def last_failure(root: str, data: str, lock_file: str = LOCK_FILE) -> dict[str, str] | None:
    """Why the set-up of this version last failed (`what`, `words`, `advice`, `at`), or None."""
    record = _read_json(os.path.join(state_folder(root, data), "setup-failed.json"))
    try:
        return record if record and record.get("key") == key_of(root, lock_file) else None
    except OSError:
        return None


def status_of(root: str, data: str) -> dict[str, str]:
    """The state of the set-up: `state` is ready, building, absent or failed, the last with `words` and `advice`."""
    if environment := ready_env(root, data):
        return {"state": "ready", "environment": environment}
    if _is_building(root, data):
        return {"state": "building"}
    failure = last_failure(root, data) or _obstacle(state_folder(root, data))
    return {"state": "failed", **failure} if failure else {"state": "absent"}


def _stamped(root: str, data: str) -> str | None:
    # Answers the same question as is_ready in bin/interlock, from the same stamp.
    try:
        stamp = os.path.join(state_folder(root, data), "ready")
        with open(stamp, encoding="utf-8", errors="surrogateescape") as file:
            made_for, python, asked = file.read().splitlines()
        same_time = os.stat(stamp).st_mtime_ns == os.stat(os.path.join(root, LOCK_FILE)).st_mtime_ns
    except (OSError, ValueError):
        return None
    fits = made_for == root and asked == os.environ.get("INTERLOCK_PYTHON", "") and os.access(python, os.X_OK)
    return os.path.dirname(os.path.dirname(python)) if same_time and fits else None


def _is_building(root: str, data: str) -> bool:
    if os.name == "nt":
        return False
    import fcntl

    try:
        with open(os.path.join(state_folder(root, data), "setup.lock"), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _obstacle(folder: str) -> dict[str, str] | None:
    # On a full or read-only disk the failure itself could not be recorded.
    import errno

    from mcp_server.bootstrap.failure import from_oserror

    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    space = os.statvfs(folder) if hasattr(os, "statvfs") else None
    if not os.access(folder, os.W_OK):
        error = OSError(errno.EROFS, "not writable")
    elif space and space.f_bavail * space.f_frsize < TOO_FULL:
        error = OSError(errno.ENOSPC, "full")
    else:
        return None
    return from_oserror(error, folder).described()


def _may_create(folder: str) -> bool:
    if not os.path.lexists(folder):
        return True
    if os.path.islink(folder) or not os.path.isdir(folder):
        return False
    return os.path.exists(os.path.join(folder, MARK)) or not os.listdir(folder)


def _read_json(path: str) -> dict[str, str]:
    import json

    try:
        with open(path, encoding="utf-8") as file:
            record = json.load(file)
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
