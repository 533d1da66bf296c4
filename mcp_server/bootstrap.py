"""Is Interlock's own environment ready, and if not, why; run as a script, it makes it so.

Runs before anything is installed, and hooks import it: standard library only, and little of that.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

LOCK_FILE = "requirements.txt"
MARK = "interlock-environment.json"
TOO_FULL = 1_000_000
FAILED = 3


def state_folder(root: str, data: str) -> str:
    """The folder of the set-up's own notes: the data folder, or `.interlock` in a checkout."""
    return os.path.join(root, ".interlock") if data == root else data


def python_of(environment: str) -> str:
    """The interpreter inside `environment`."""
    return os.path.join(environment, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))


def key_of(root: str, lock_file: str = LOCK_FILE) -> str:
    """What an environment must have been made for: this Python, this machine, these locked packages."""
    from hashlib import sha256

    with open(os.path.join(root, lock_file), "rb") as file:
        digest = sha256(file.read())
    digest.update(f"{sys.platform} {os.uname().machine if hasattr(os, 'uname') else ''}".encode())
    return f"{sys.version_info[0]}.{sys.version_info[1]}-{digest.hexdigest()[:12]}"


def environment_for(root: str, data: str, lock_file: str = LOCK_FILE) -> str:
    """Where the environment for `lock_file` belongs; in a checkout never a folder that somebody else made."""
    if data != root:
        return os.path.join(data, f"env-{key_of(root, lock_file)}")
    name = ".venv" if lock_file == LOCK_FILE else ".venv-dev"
    own = os.path.join(root, name)
    return own if _is_ours_to_make(own) else f"{own}-interlock"


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


def last_failure(root: str, data: str, lock_file: str = LOCK_FILE) -> dict[str, str] | None:
    """Why the set-up of this version last failed (`what`, `words`, `advice`, `at`), or None."""
    record = _read_json(os.path.join(state_folder(root, data), "setup-failed.json"))
    try:
        return record if record and record.get("key") == key_of(root, lock_file) else None
    except OSError:
        return None


def standing(root: str, data: str) -> dict[str, str]:
    """How the set-up stands: `state` is ready, building, absent or failed, then with `words` and `advice`."""
    if environment := ready_env(root, data):
        return {"state": "ready", "environment": environment}
    if _is_building(root, data):
        return {"state": "building"}
    failure = last_failure(root, data) or _obstacle(state_folder(root, data))
    return {"state": "failed", **failure} if failure else {"state": "absent"}


def _stamped(root: str, data: str) -> str | None:
    # The same question as is_ready in bin/interlock, answered from the same stamp.
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
    # A full or read-only disk is also the one where the failure itself could not be written down.
    import errno

    from mcp_server import bootstrap_failure

    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    space = os.statvfs(folder) if hasattr(os, "statvfs") else None
    if not os.access(folder, os.W_OK):
        error = OSError(errno.EROFS, "not writable")
    elif space and space.f_bavail * space.f_frsize < TOO_FULL:
        error = OSError(errno.ENOSPC, "full")
    else:
        return None
    failure = bootstrap_failure.from_oserror(error, folder)
    return {"what": failure.what, "words": failure.words, "advice": failure.advice}


def _is_ours_to_make(folder: str) -> bool:
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


def main(arguments: list[str]) -> int:
    """Makes the environment and prints its interpreter; 3, and plain words on stderr, if it cannot."""
    options = _options(arguments)
    root, data, lock_file = options.root, options.data, options.lock_file
    if options.status:
        return _print_line(_as_json(standing(root, data)))
    environment = ready_env(root, data, lock_file)
    if options.check:
        return _print_line(_as_json(_report(root, data, environment))) or int(environment is None)
    if environment is None:
        from mcp_server import bootstrap_build

        if options.wait is None:
            environment = bootstrap_build.make_or_explain(root, data, lock_file, limit=options.limit)
        else:
            environment = bootstrap_build.make_apart(root, data, lock_file, limit=options.limit, wait=options.wait)
    return _print_line(python_of(environment)) if environment else FAILED


def _report(root: str, data: str, environment: str | None) -> dict[str, object]:
    report: dict[str, object] = {"ready": environment is not None, "env": environment, "python": None}
    if environment:
        return {**report, "python": python_of(environment)}
    now = standing(root, data)
    return {**report, "reason": now.get("words", now["state"])}


def _options(arguments: list[str]) -> argparse.Namespace:
    import argparse

    parser = argparse.ArgumentParser(prog="bootstrap.py", description=__doc__)
    parser.add_argument("root", help="the folder that Interlock runs from")
    parser.add_argument("data", help="the plugin's data folder; in a checkout the same as root")
    parser.add_argument("--lock-file", default=LOCK_FILE, help="the locked requirements, relative to root")
    parser.add_argument("--limit", type=float, default=600, metavar="SECONDS", help="give the set-up up after so long")
    parser.add_argument("--wait", type=float, metavar="SECONDS", help="wait no longer; the set-up itself goes on")
    parser.add_argument("--check", action="store_true", help="only tell, as JSON; exit code 1 if not ready")
    parser.add_argument("--status", action="store_true", help="how the set-up stands, as JSON")
    return parser.parse_args(arguments)


def _as_json(value: dict[str, object] | dict[str, str]) -> str:
    import json

    return json.dumps(value)


def _print_line(line: str) -> int:
    # Whoever started this may be gone by now; that is no reason for a traceback.
    import contextlib

    with contextlib.suppress(OSError):
        os.write(1, os.fsencode(f"{line}\n"))
    return 0


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        os.write(2, b"interlock: set-up stopped; the next start begins it anew\n")
        sys.exit(FAILED)
