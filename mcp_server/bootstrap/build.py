"""How Interlock's own environment is made: once, by one process at a time, from the locked packages."""

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
LOOK_AGAIN_SECONDS = 0.1


def make_or_explain(root: str, data: str, lock_file: str, *, limit: float) -> str | None:
    """The environment, made if need be; None after telling on stderr why it could not be made."""
    _outlive_the_client()
    try:
        return make(root, data, lock_file, limit=limit)
    except SetupFailed as failure:
        _explain(failure.words, failure.advice)
    return None


def make_apart(root: str, data: str, lock_file: str, *, limit: float, wait: float) -> str | None:
    """The environment, if a process of its own makes it within `wait` seconds; that process goes on in any case."""
    options = ("--lock-file", lock_file, "--limit", str(limit))
    builder = subprocess.Popen(
        (sys.executable, "-I", "-S", os.path.dirname(check.__file__), root, data, *options),
        stdin=subprocess.DEVNULL,
        # Who waits for this process may also wait for all that could still write to its output.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        builder.wait(wait)
    except subprocess.TimeoutExpired:
        say("the environment is still being set up, and that goes on; start again in a minute")
        return None
    if environment := check.ready_env(root, data, lock_file):
        return environment
    now = check.status_of(root, data)
    _explain(now.get("words", "it ended before it was done."), now.get("advice", "Start again."))
    return None


def _explain(words: str, advice: str) -> None:
    say(f"could not set up its environment: {words}")
    say(advice)


def make(root: str, data: str, lock_file: str, *, limit: float) -> str:
    """The environment for `lock_file`, made by this process or the one it waited for; or SetupFailed."""
    state = check.state_folder(root, data)
    began, deadline = time.time(), time.monotonic() + limit
    with failure.explained(state):
        os.makedirs(state, exist_ok=True)
        with _alone(os.path.join(state, "setup.lock"), deadline, limit) as lock:
            if environment := check.ready_env(root, data, lock_file):
                return environment
            _adopt_failure(root, data, lock_file, since=began)
            return _build_or_record(root, data, lock_file, Bounds(root, lock, deadline, limit))


def _build_or_record(root: str, data: str, lock_file: str, bounds: Bounds) -> str:
    environment = check.environment_for(root, data, lock_file)
    try:
        with failure.explained(environment):
            _build(root, data, lock_file, environment, bounds)
    except SetupFailed as failed:
        _record(root, data, lock_file, failed)
        raise
    return environment


def _build(root: str, data: str, lock_file: str, environment: str, bounds: Bounds) -> None:
    say(f"{_occasion(data, environment)}: setting up its environment (about 10 s) …")
    began = time.monotonic()
    lock_path = os.path.join(root, lock_file)
    tool = installers.install(lock_path, environment, bounds, afresh=lambda: _afresh(environment))
    mark = {"key": check.key_of(root, lock_file), "made_with": tool}
    _write(os.path.join(environment, check.MARK), json.dumps(mark))
    _tidy(root, data, lock_file, environment)
    say(f"ready in {time.monotonic() - began:.1f} s")


def _occasion(data: str, environment: str) -> str:
    known = os.path.lexists(environment) or glob.glob(os.path.join(glob.escape(data), "env-*"))
    return "new version" if known else "first start"


def _afresh(environment: str) -> None:
    # Moved away in one step: half removed, it could pass for a whole one, or for a stranger's.
    if os.path.lexists(environment):
        os.rename(environment, f"{environment}.old-{os.getpid()}-{time.monotonic_ns()}")
    for old in glob.glob(f"{glob.escape(environment)}.old-*"):
        shutil.rmtree(old, ignore_errors=True)
    os.makedirs(environment)
    _write(os.path.join(environment, check.MARK), json.dumps({"key": None}))


def _tidy(root: str, data: str, lock_file: str, environment: str) -> None:
    # The environment is good whether or not any of this succeeds.
    with contextlib.suppress(OSError):
        os.unlink(_failure_file(root, data))
    with contextlib.suppress(OSError):
        if lock_file == check.LOCK_FILE:
            _stamp(root, data, environment)
        if data != root:
            _remove_unused(data, environment, now=time.time())


def _stamp(root: str, data: str, environment: str) -> None:
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


def _record(root: str, data: str, lock_file: str, failure: SetupFailed) -> None:
    record = {
        "what": failure.what,
        "words": failure.words,
        "advice": failure.advice,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "key": check.key_of(root, lock_file),
    }
    # On a full or read-only disk there is no place for it; check.standing sees that by itself.
    with contextlib.suppress(OSError):
        _write(_failure_file(root, data), json.dumps(record))


def _adopt_failure(root: str, data: str, lock_file: str, *, since: float) -> None:
    # Who waited for an attempt that failed is told so, and does not make everybody behind wait for another.
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
def _alone(path: str, deadline: float, limit: float) -> Iterator[int]:
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _has(lock):
            say("another start is setting up the environment; waiting for it …")
            while not _has(lock):
                if time.monotonic() > deadline:
                    raise failure.too_slow(limit)
                time.sleep(LOOK_AGAIN_SECONDS)
        yield lock
    finally:
        os.close(lock)


def _has(lock: int) -> bool:
    # The kernel frees it when its holders end, however they end.
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
    # A client that gives up on a slow first start must not undo it: the next start finds it done.
    if sys.platform != "win32" and not os.isatty(2):
        with contextlib.suppress(OSError):
            os.setsid()
