"""Installs the packages into an environment: with uv if there is one, else venv and pip, by the user's settings."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import NamedTuple

from mcp_server.bootstrap import check, failure
from mcp_server.bootstrap.failure import SetupFailed

# Another tool would fail in the same way.
_FINAL = ("no space", "not writable", "wrong hash", "too slow")
# The user may set where packages come from, but not what is installed where.
_DROPPED = re.compile(
    "(PIP|UV)_(BUILD_CONSTRAINT|CONSTRAINT|DRY_RUN|EDITABLE|EXCLUDE|GROUP|OVERRIDE|PREFIX|PROJECT|PYTHON|QUIET"
    "|REPORT|REQUIREMENT|ROOT|SYSTEM_PYTHON|TARGET|USER|VENV_CLEAR|VENV_SEED|VERBOSE|WORKING_DIR)"
)
_ADDED = {"PIP_USER": "0", "PIP_NO_INPUT": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_NO_PROGRESS": "1"}
# Without a network, the user should be told before the client gives up waiting.
_DEFAULTS = {"PIP_RETRIES": "2", "UV_HTTP_RETRIES": "1"}
_LOCKED = ("--quiet", "--require-hashes", "--no-deps", "--only-binary", ":all:")


class Bounds(NamedTuple):
    """What every tool gets: the folder to run in, the lock that it keeps open, and until when it may run."""

    root: str
    lock: int
    deadline: float
    limit: float


def say(line: str) -> None:
    """Print for the person, on stderr: stdout may carry a server's protocol."""
    with contextlib.suppress(OSError):
        os.write(2, os.fsencode(f"interlock: {line}\n"))


def install(lock_file: str, environment: str, bounds: Bounds, *, reset: Callable[[], None]) -> str:
    """The tool that installed `lock_file`; `reset` empties `environment` before each. Or SetupFailed."""
    uv = _find_uv()
    if uv:
        try:
            reset()
            _with_uv(uv, lock_file, environment, bounds)
            return "uv"
        except SetupFailed as failed:
            if failed.what in _FINAL or not _can_use_pip():
                raise
            say(f"uv could not do it ({failed.what}); trying pip …")
    reset()
    _with_pip(lock_file, environment, bounds)
    return "pip"


def _can_use_pip() -> bool:
    return bool(find_spec("venv") and find_spec("ensurepip"))


def _find_uv() -> str | None:
    # A desktop session's PATH often lacks the folders where uv's own installers put it.
    home = os.path.expanduser("~")
    usual = (f"{home}/.local/bin", f"{home}/.cargo/bin", "/opt/homebrew/bin", "/usr/local/bin")
    return shutil.which("uv", path=os.pathsep.join((os.environ.get("PATH", os.defpath), *usual)))


def _with_uv(uv: str, lock_file: str, environment: str, bounds: Bounds) -> None:
    made_with = ("--python", sys.executable)
    create = (uv, "venv", "--quiet", "--no-project", "--allow-existing", *made_with, environment)
    _run(create, environment, bounds)
    fill = (uv, "pip", "install", "--python", check.python_of(environment), *_LOCKED, "-r", lock_file)
    try:
        _run(fill, environment, bounds)
    except SetupFailed as failed:
        if failed.what != "certificate":
            raise
        # The certificates of a proxy are trusted by the system, but not by uv unless it is told to use these.
        _run(fill, environment, bounds, UV_SYSTEM_CERTS="1", UV_NATIVE_TLS="1")


def _with_pip(lock_file: str, environment: str, bounds: Bounds) -> None:
    if not _can_use_pip():
        raise failure.no_venv(sys.executable)
    python = check.python_of(environment)
    # venv would run ensurepip itself, and hide its output when it fails.
    _run((sys.executable, "-I", "-m", "venv", "--without-pip", environment), environment, bounds)
    _run((python, "-I", "-m", "ensurepip"), environment, bounds)
    fill = (python, "-I", "-m", "pip", "install", "--no-compile", *_LOCKED, "-r", lock_file)
    _run(fill, environment, bounds)


def _run(command: tuple[str, ...], environment: str, bounds: Bounds, **more: str) -> None:
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=bounds.root,
            env=_environ() | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=max(0.0, bounds.deadline - time.monotonic()),
            # If this process is killed, the lock is held until its tool has ended too.
            pass_fds=() if os.name == "nt" else (bounds.lock,),
        )
    except subprocess.TimeoutExpired:
        raise failure.too_slow(bounds.limit) from None
    except OSError as error:
        raise failure.other(f"{command[0]}: {error}") from error
    if done.returncode:
        output = done.stdout.decode(errors="replace")
        raise failure.from_output(output, place=environment, python=sys.executable)


def _environ() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _DROPPED.fullmatch(name)}
    return _DEFAULTS | kept | _ADDED
