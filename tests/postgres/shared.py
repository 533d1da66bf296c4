"""One server of each version for a whole run of pytest, whichever of its processes asks first.

Each process of the run holds a lock on a file that it shares with the others. A keeper, a process of its own, waits
for that file alone: it gets it when the last of them has ended, however it ended, and then removes the server.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TextIO

import filelock

from tests.postgres.install import install
from tests.postgres.server import Server, make

ROOT = Path(__file__).resolve().parents[2]
_held: list[TextIO] = []
"""Files whose locks say that this process needs a server; its end lets go of them."""


@cache
def shared(version: int) -> Server:
    """The server of this version that all tests of this run share; skips the test where it is not installed."""
    install(version)
    folder = _folder_of_this_run(version)
    _held.append(_as_user(folder))
    with filelock.FileLock(folder / "starting"):
        found = folder / "server.json"
        if not found.exists():
            _start_keeper(version, folder)
        said = json.loads(found.read_text(encoding="utf-8"))
    return Server(version, Path(said["folder"]), said["port"])


def keep(version: int, folder: Path) -> None:
    """Be the keeper: make the server, say where it is, and remove it when nobody needs it any more."""
    server = make(version)
    try:
        half = folder / "server.half"
        half.write_text(json.dumps({"folder": str(server.folder), "port": server.port}), encoding="utf-8")
        half.rename(folder / "server.json")
        print("ready", flush=True)
        with (folder / "users").open("a", encoding="utf-8") as users:
            fcntl.flock(users, fcntl.LOCK_EX)
            server.remove()
            shutil.rmtree(folder)  # while the lock is held: who waits for it finds out, and begins anew
    finally:
        server.remove()


def _as_user(folder: Path) -> TextIO:
    """The open file whose lock says that this process needs the server."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        users = (folder / "users").open("a", encoding="utf-8")
        fcntl.flock(users, fcntl.LOCK_SH)
        with contextlib.suppress(FileNotFoundError):  # a keeper has removed it meanwhile
            if os.path.samestat(os.fstat(users.fileno()), (folder / "users").stat()):
                return users
        users.close()


def _start_keeper(version: int, folder: Path) -> None:
    command = [sys.executable, "-m", "tests.postgres.keeper", str(version), str(folder)]
    with (folder / "keeper.log").open("w", encoding="utf-8") as log:
        keeper = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, start_new_session=True)
    assert keeper.stdout is not None
    said = keeper.stdout.readline()
    keeper.stdout.close()
    keeper.returncode = 0  # nobody waits for it: it outlives this process
    assert said, (folder / "keeper.log").read_text(encoding="utf-8")


def _folder_of_this_run(version: int) -> Path:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"alone-{os.getpid()}"
    return Path(tempfile.gettempdir(), f"interlock-tests-{run}-{version}")
