"""Puts the store together that several machines share: loaded only where the settings name a database."""

from __future__ import annotations

import fcntl
import hashlib
import os
import sys
from pathlib import Path
from time import sleep

from mcp_server.adapters.git.identity import identity_of
from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.host.file_stamp import stamp
from mcp_server.adapters.host.machine.hostname import hostname
from mcp_server.adapters.host.processes import machine
from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.postgres import registry, schema
from mcp_server.adapters.postgres.address import Address, address_in_force
from mcp_server.adapters.postgres.connect import Connection, connect
from mcp_server.adapters.postgres.follow import Follower
from mcp_server.adapters.postgres.join import join
from mcp_server.adapters.postgres.remote import Checkout, Remote
from mcp_server.adapters.postgres.roles import grant
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.postgres.words import in_words
from mcp_server.adapters.settings.policy_cache import policy_of
from mcp_server.adapters.settings.settings_file import settings_in_force
from mcp_server.adapters.sqlite.mirror import joining
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.bootstrap import check
from mcp_server.domain.errors import StateUnavailable

ROOT = Path(__file__).resolve().parent.parent


class Database:
    """The database that the settings of a repository name, as this checkout reaches it."""

    def __init__(self, repository: Repository, url: str) -> None:
        self._repository = repository
        self.address: Address = address_in_force(url, repository.main)
        self.host = hostname(os.environ)

    @property
    def file(self) -> Path:
        """The state, which is a mirror or becomes one."""
        return Path(self._repository.state) / "state.db"

    def connect(self) -> Connection:
        """A connection; refuses (DatabaseUnavailable) in plain words."""
        return connect(self.address, self.host)

    def store(self) -> SharedStore:
        """The store; a checkout that mirrors nothing yet joins the others first, if it has no tasks of its own."""
        return self.opened()[0]

    def opened(self) -> tuple[SharedStore, Remote]:
        """The store, and what it reaches the database by."""
        local = self.local()
        try:
            remote = self.remote(self.joined(local))
        finally:
            local.close()
        policy = lambda: policy_of(self._repository)  # noqa: E731  as `app` has it
        return SharedStore(self.file, remote, clock=system_clock, policy=policy), remote

    def local(self) -> SqliteStore:
        """The state alone, as it is without the database."""
        return SqliteStore(self.file, clock=system_clock, policy=lambda: policy_of(self._repository))

    def joined(self, local: SqliteStore, *, brings: bool = False) -> str:
        """The schema that this checkout mirrors; it becomes a mirror if it is none, or a copy of one."""
        with local.reading():
            found = joining.member_of(local.connection)
        if found is not None and found.sign == self.sign:
            return found.schema
        name = self._schema()
        remote = self.remote(name)
        try:
            join(local, remote, Checkout(self.host, self.sign, check.version(str(ROOT))), brings=brings)
        finally:
            remote.close()
        return name

    def remote(self, name: str) -> Remote:
        """The rows of the schema of this name."""
        return Remote(self.connect, name, failure=lambda error: in_words(error, self.address))

    @property
    def sign(self) -> str:
        """What tells this checkout from a copy of it: the machine and the place of its state."""
        said = f"{machine().split('/')[0]}\n{os.path.realpath(self._repository.state)}"
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    def _schema(self) -> str:
        """The schema of this repository, made and brought up to date where this role may do that."""
        with self.connect() as connection:
            name = registry.find_or_add(connection, identity_of(self._repository.root))
            if schema.version(connection, name) != schema.newest():
                schema.bring_up_to_date(connection, name)
                grant(connection, name)
            return name


def refuse_without_database(repository: Repository) -> StateUnavailable:
    """What is said where a state mirrors a database that the settings don't name any more."""
    return StateUnavailable(
        f"the state in {repository.state} mirrors a database, and the settings name none: put `[store] url` back, or "
        "take everything home with `interlock store move --to-file`"
    )


MOST_PAUSE = 30.0
"""Seconds after which a database that can't be reached is tried again, at most."""
LOCK = "following"


def follow(repository: Repository) -> None:
    """Keep the mirror of a repository fresh until its settings name another database, or none.

    One process of a machine does it for all; the others return at once.
    """
    handle = os.open(os.path.join(repository.state, LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return
    try:
        _follow(repository)
    finally:
        os.close(handle)


def _follow(repository: Repository) -> None:
    settings = stamp(repository.settings)
    url = settings_in_force(repository.settings, repository.state).store.url
    pause = 1.0
    while url is not None and stamp(repository.settings) == settings and repository.in_use:
        try:
            database = Database(repository, url)
            store, remote = database.opened()
            try:
                follower = Follower(store, remote)
                while stamp(repository.settings) == settings and repository.in_use:
                    follower.round()
                    pause = 1.0
            finally:
                store.close()
        except StateUnavailable as error:
            sys.stderr.write(f"interlock: {error}\n")
            sleep(pause)
            pause = min(2 * pause, MOST_PAUSE)
