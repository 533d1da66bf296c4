"""Creates Interlock's own environment from the locked packages: once, by one process at a time."""

from __future__ import annotations

import contextlib
import errno
import glob
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from mcp_server.bootstrap import check, failure, installers
from mcp_server.bootstrap.failure import SetupFailed
from mcp_server.bootstrap.installers import Bounds, say

UNUSED_SECONDS = 7 * 24 * 3600
POLL_SECONDS = 0.1
CARRIED = (
    ".venv",
    ".venv-dev",
    ".interlock",
    ".hypothesis",
    ".import_linter_cache",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
)
"""What git ignores in a checkout: a client that installs from a folder copies all of it, hundreds of megabytes."""


def create_or_explain(root: str, data: str, lock_file: str, *, limit: float) -> str | None:
    """The environment, created if it is not ready; None after explaining on stderr why that failed."""
    _outlive_the_client()
    try:
        return create(root, data, lock_file, limit=limit)
    except SetupFailed as failed:
        _explain(failed.words, failed.advice)
    return None


def note_anew(root: str, data: str, environment: str) -> None:
    """Note where the environment is now, for the hooks and the launcher; a disk that takes no note changes nothing."""
    with contextlib.suppress(OSError):
        _write_stamp(root, data, environment)


def create_in_background(root: str, data: str, lock_file: str, *, limit: float, wait: float) -> str | None:
    """The environment, if a separate process creates it within `wait` seconds; that process continues in any case."""
    options = ("--lock-file", lock_file, "--limit", str(limit))
    builder = subprocess.Popen(
        (sys.executable, "-I", "-S", os.path.dirname(check.__file__), root, data, *options),
        stdin=subprocess.DEVNULL,
        # A caller may wait until every process that could still write to this one's output has ended.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        builder.wait(wait)
    except subprocess.TimeoutExpired:
        say("the environment is still being set up in the background; start again in a minute")
        return None
    if environment := check.ready_env(root, data, lock_file):
        return environment
    now = check.status_of(root, data)
    _explain(now.get("words", "it ended before it had finished."), now.get("advice", "Start again."))
    return None


def _explain(words: str, advice: str) -> None:
    say(f"could not set up its environment: {words}")
    say(advice)


def create(root: str, data: str, lock_file: str, *, limit: float) -> str:
    """The environment for `lock_file`, created by this process or the one it waited for; or SetupFailed."""
    state = check.state_folder(root, data)
    began, deadline = time.time(), time.monotonic() + limit
    with failure.explained(state):
        os.makedirs(state, exist_ok=True)
        with _locked(os.path.join(state, "setup.lock"), deadline, limit) as lock:
            if environment := check.ready_env(root, data, lock_file):
                return environment
            _raise_recent_failure(root, data, lock_file, since=began)
            return _build_or_record(root, data, lock_file, Bounds(root, lock, deadline, limit))


def _build_or_record(root: str, data: str, lock_file: str, bounds: Bounds) -> str:
    environment = check.environment_for(root, data, lock_file)
    try:
        with failure.explained(environment):
            _build(root, data, lock_file, environment, bounds)
    except SetupFailed as failed:
        _record_failure(root, data, lock_file, failed)
        raise
    return environment


def _build(root: str, data: str, lock_file: str, environment: str, bounds: Bounds) -> None:
    say(f"{_occasion(data, environment)}: setting up its environment (about 10 s) …")
    began = time.monotonic()
    lock_path = os.path.join(root, lock_file)
    tool = installers.install(lock_path, environment, bounds, reset=lambda: _reset(environment))
    mark = {"key": check.key_of(root, lock_file), "made_with": tool}
    _write(os.path.join(environment, check.MARK), json.dumps(mark))
    _finish(root, data, lock_file, environment)
    say(f"ready in {time.monotonic() - began:.1f} s")


def _occasion(data: str, environment: str) -> str:
    known = os.path.lexists(environment) or glob.glob(os.path.join(glob.escape(data), "env-*"))
    return "new version" if known else "first start"


def _reset(environment: str) -> None:
    # Moved away in one step: half removed, it could pass for a complete one, or for somebody else's.
    if os.path.lexists(environment):
        os.rename(environment, f"{environment}.old-{os.getpid()}-{time.monotonic_ns()}")
    for old in glob.glob(f"{glob.escape(environment)}.old-*"):
        shutil.rmtree(old, ignore_errors=True)
    os.makedirs(environment)
    _write(os.path.join(environment, check.MARK), json.dumps({"key": None}))


def _finish(root: str, data: str, lock_file: str, environment: str) -> None:
    # The environment is usable whether or not any of this succeeds.
    with contextlib.suppress(OSError):
        os.unlink(_failure_file(root, data))
    with contextlib.suppress(OSError):
        if lock_file == check.LOCK_FILE:
            _write_stamp(root, data, environment)
        if data != root:
            _remove_unused(data, environment, now=time.time())
            _remove_carried(root)


def _remove_carried(root: str) -> None:
    """Delete what an installed copy carries of the checkout that it was made of: its environments and caches."""
    if os.path.lexists(os.path.join(root, ".git")):
        return
    for name in CARRIED:
        carried = os.path.join(root, name)
        if os.path.isdir(carried) and not os.path.islink(carried):
            shutil.rmtree(carried, ignore_errors=True)


def _write_stamp(root: str, data: str, environment: str) -> None:
    asked = os.environ.get("INTERLOCK_PYTHON", "")
    lines = f"{root}\n{check.python_of(environment)}\n{asked}\n"
    locked_at = os.stat(os.path.join(root, check.LOCK_FILE)).st_mtime_ns
    _write(os.path.join(check.state_folder(root, data), "ready"), lines, mtime_ns=locked_at)


def _remove_unused(data: str, environment: str, *, now: float) -> None:
    for other in glob.glob(os.path.join(glob.escape(data), "env-*")):
        if other == environment:
            continue
        used = os.path.join(other, "used")
        last = os.stat(used if os.path.exists(used) else other).st_mtime
        if now - last > UNUSED_SECONDS:
            shutil.rmtree(other, ignore_errors=True)


def _failure_file(root: str, data: str) -> str:
    return os.path.join(check.state_folder(root, data), "setup-failed.json")


def _record_failure(root: str, data: str, lock_file: str, failed: SetupFailed) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    record = {**failed.described(), "at": at, "key": check.key_of(root, lock_file)}
    # A full or read-only disk has no room for it; `check.status_of` finds that out without it.
    with contextlib.suppress(OSError):
        _write(_failure_file(root, data), json.dumps(record))


def _raise_recent_failure(root: str, data: str, lock_file: str, *, since: float) -> None:
    # A process that waited for an attempt that failed reports that, and does not make the next ones wait for another.
    with contextlib.suppress(OSError):
        failed = check.last_failure(root, data, lock_file)
        if failed and os.stat(_failure_file(root, data)).st_mtime > since:
            raise SetupFailed(failed["what"], failed["words"], failed["advice"])


def _write(path: str, text: str, *, mtime_ns: int | None = None) -> None:
    draft = f"{path}.{os.getpid()}"
    try:
        with open(draft, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(text)
        if mtime_ns is not None:
            os.utime(draft, ns=(mtime_ns, mtime_ns))
        os.replace(draft, path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(draft)


@contextlib.contextmanager
def _locked(path: str, deadline: float, limit: float) -> Iterator[int]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _try_lock(lock):
            say("another start is setting up the environment; waiting for it …")
            while not _try_lock(lock):
                if time.monotonic() > deadline:
                    raise failure.too_slow(limit)
                time.sleep(POLL_SECONDS)
        yield lock
    finally:
        os.close(lock)


def _try_lock(lock: int) -> bool:
    # The kernel releases it when its holders end, however they end.
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise
    return True


def _outlive_the_client() -> None:
    # A client that gives up on a slow first start must not undo it: the next start finds it finished.
    if sys.platform != "win32" and not os.isatty(2):
        with contextlib.suppress(OSError):
            os.setsid()
