"""A server of a test: made, started, killed and started again, with databases that each take a moment to make."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import filelock
import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.postgres.install import Install, give, install, run

START_SECONDS = 60
SETTINGS = {"max_connections": "200", "fsync": "off", "full_page_writes": "off", "log_min_messages": "fatal"}
"""What is acknowledged survives the death of every process, not that of the machine: which saves most of the time."""
WITH_PASSWORD = "with_password"
ACCESS = f"""
local all postgres trust
host all postgres 127.0.0.1/32 trust
local all +{WITH_PASSWORD} scram-sha-256
host all +{WITH_PASSWORD} all scram-sha-256
local all all trust
host all all 127.0.0.1/32 trust
"""
"""Who is in the role `with_password` has to give one; everybody else on this machine needs none."""


class Server:
    """One server, on a socket in its folder and on a port of the loopback."""

    def __init__(self, version: int, folder: Path, port: int) -> None:
        self.version = version
        self.folder = folder
        self.port = port

    @property
    def install(self) -> Install:
        """The programs that it consists of."""
        return install(self.version)

    def address(self, database: str = "postgres", user: str = "postgres", **parameters: object) -> str:
        """The address of a database on the port; `on_socket` is the one through the socket."""
        more = "&".join(f"{name}={value}" for name, value in parameters.items())
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}{'?' + more if more else ''}"

    def on_socket(self, database: str = "postgres", user: str = "postgres") -> str:
        """The address of a database through the socket."""
        return f"postgresql://{user}@/{quote(database)}?host={self.folder}&port={self.port}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection as the superuser."""
        return psycopg.connect(self.on_socket(database), autocommit=True)

    def database(self, template: str = "template0") -> str:
        """The address of a new database, which is this test's alone."""
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
        return self.address(name)

    def template(self, name: str, make: Callable[[str], None]) -> str:
        """The name of a database for `database(template)`: the first who asks has `make` fill it, by its address."""
        with filelock.FileLock(self.folder / f"{name}.lock"):
            with self.connect() as connection:
                there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if there is None:
                half_made = f"{name}_half_made"
                self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", half_made)
                self._execute("CREATE DATABASE {} TEMPLATE template0", half_made)
                make(self.address(half_made))
                self._execute("ALTER DATABASE {} RENAME TO {}", half_made, name)
        return name

    def drop(self, address: str) -> None:
        """Remove a database, whoever is still connected."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", str(conninfo_to_dict(address)["dbname"]))

    def role(self, password: str | None = None, attributes: str = "LOGIN") -> str:
        """The name of a new role; with a password it has to give it."""
        name = f"role_{uuid.uuid4().hex[:12]}"
        with self.connect() as connection:
            role = sql.Identifier(name)
            connection.execute(sql.SQL("CREATE ROLE {} " + attributes).format(role))
            if password is not None:
                connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, sql.Literal(password)))
                connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(WITH_PASSWORD), role))
        return name

    def start(self) -> None:
        """Start it and wait until it answers; after `kill` what it was doing for others may take a moment to end."""
        last = time.monotonic() + START_SECONDS
        while True:
            try:
                run(self.install, "pg_ctl", "start", "-D", self._data, "-l", f"{self.folder}/log", "-w", "-s")
                return
            except AssertionError as error:
                if time.monotonic() > last:
                    raise AssertionError(f"{error}\n{self.log()}") from None

    def stop(self, how: str = "fast", *, wait: bool = True) -> None:
        """Stop it: `smart` (when the last connection ends), `fast` or `immediate`."""
        run(self.install, "pg_ctl", "stop", "-D", self._data, "-m", how, "-w" if wait else "-W", "-s")

    def become_standby(self) -> None:
        """Start again as a copy that only follows, and can be read alone."""
        self.stop()
        (self.folder / "data/standby.signal").touch()
        give(self.folder / "data/standby.signal")
        self.start()

    def kill(self) -> None:
        """End it as `kill -9` does: nothing is written, nobody is told."""
        os.kill(self._pid, signal.SIGKILL)

    def freeze(self) -> None:
        """Let it, and what it does for others, stand still: connections are accepted, and nothing is ever answered."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._signal_all(signal.SIGCONT)

    def configure(self, **settings: str) -> None:
        """Change settings that need no restart."""
        with self.connect() as connection:
            for name, value in settings.items():
                statement = sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
                connection.execute(statement)
            connection.execute("SELECT pg_reload_conf()")

    def access(self, lines: str) -> None:
        """Who may connect, and how: the lines of `pg_hba.conf` before the usual ones."""
        (self.folder / "data/pg_hba.conf").write_text(f"{lines}\n{ACCESS}", encoding="utf-8")
        with self.connect() as connection:
            connection.execute("SELECT pg_reload_conf()")

    def log(self) -> str:
        """What it has written down."""
        file = self.folder / "log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def remove(self) -> None:
        """Stop it and leave nothing behind."""
        with contextlib.suppress(AssertionError):  # it does not run
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> str:
        return f"{self.folder}/data"

    @property
    def _pid(self) -> int:
        return int((self.folder / "data/postmaster.pid").read_text(encoding="utf-8").split("\n")[0])

    def _signal_all(self, number: int) -> None:
        parent = self._pid
        os.kill(parent, number)
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                if int(status.read_text(encoding="utf-8").rpartition(")")[2].split()[1]) == parent:
                    os.kill(int(status.parent.name), number)

    def _execute(self, statement: str, *names: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


def make(version: int, settings: Mapping[str, str] | None = None, *, listen: str = "127.0.0.1") -> Server:
    """A new server that runs; `remove` it afterwards. `listen` names its addresses."""
    found = install(version)
    # In the folder for everybody, whatever TMPDIR is: the path of a socket is short, and the server's user reaches it.
    folder = Path(tempfile.mkdtemp(prefix=f"interlock-pg{version}-", dir="/tmp"))  # noqa: S108
    folder.chmod(0o755)
    give(folder)
    run(found, "initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-N")
    server = Server(version, folder, free_port())
    said = SETTINGS | {
        "port": str(server.port),
        "listen_addresses": listen,
        "unix_socket_directories": str(folder),
        **(settings or {}),
    }
    with (folder / "data/postgresql.conf").open("a", encoding="utf-8") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in said.items())
    (folder / "data/pg_hba.conf").write_text(ACCESS, encoding="utf-8")
    server.start()
    with server.connect() as connection:
        connection.execute(f"CREATE ROLE {WITH_PASSWORD}")
    return server


@contextlib.contextmanager
def private(version: int, settings: Mapping[str, str] | None = None, *, listen: str = "127.0.0.1") -> Iterator[Server]:
    """A server of this test's own, which it may kill."""
    server = make(version, settings, listen=listen)
    try:
        yield server
    finally:
        server.remove()


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
