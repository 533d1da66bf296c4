"""The database that a repository's settings name, as this checkout reaches it."""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from pathlib import Path

from mcp_server.adapters.git.identity import identity
from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.host.machine.hostname import hostname
from mcp_server.adapters.host.processes import machine
from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.postgres import registry
from mcp_server.adapters.postgres import schema as schemas
from mcp_server.adapters.postgres.address import Address, address_in_force
from mcp_server.adapters.postgres.connect import Connection, connect
from mcp_server.adapters.postgres.join import join
from mcp_server.adapters.postgres.remote import Checkout, Remote
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.postgres.words import explanation
from mcp_server.adapters.settings.policy_cache import policy_of
from mcp_server.adapters.sqlite.mirror import joining
from mcp_server.adapters.sqlite.store import SqliteStore
from mcp_server.bootstrap import check
from mcp_server.domain.errors import StateUnavailable

ROOT = Path(__file__).resolve().parents[2]


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
        with closing(self.local()) as local:
            schema = self.joined(local)
        return self.shared(schema)

    def shared(self, schema: str) -> SharedStore:
        """The store of a checkout that mirrors the schema of this name."""
        policy = lambda: policy_of(self._repository)  # noqa: E731  as `app` has it
        return SharedStore(self.file, self.remote(schema), clock=system_clock, policy=policy)

    def local(self) -> SqliteStore:
        """The state alone, as it is without the database."""
        return SqliteStore(self.file, clock=system_clock, policy=lambda: policy_of(self._repository))

    def joined(self, local: SqliteStore, *, brings: bool = False) -> str:
        """The schema that this checkout mirrors; it becomes a mirror if it is none, or a copy of one."""
        with local.reading():
            found = joining.member_of(local.connection)
        if found is not None and found.sign == self.sign:
            return found.schema
        name = self.schema()
        remote = self.remote(name)
        try:
            join(local, remote, Checkout(self.host, self.sign, check.version(str(ROOT))), brings=brings)
        finally:
            remote.close()
        return name

    def remote(self, name: str) -> Remote:
        """The rows of the schema of this name."""
        return Remote(self.connect, name, failure=lambda error: explanation(error, self.address))

    @property
    def sign(self) -> str:
        """What tells this checkout from a copy of it: the machine and the place of its state."""
        said = f"{machine().split('/')[0]}\n{os.path.realpath(self._repository.state)}"
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    def find(self, connection: Connection) -> str | None:
        """The schema of this repository; None where the database has none, or this user sees none."""
        return registry.find(connection, identity(self._repository.root))

    def is_shared(self) -> bool:
        """Whether others share this repository in the database."""
        with self.connect() as connection:
            return self.find(connection) is not None

    def schema(self) -> str:
        """The schema of this repository, made and brought up to date where this role may do that."""
        with self.connect() as connection:
            name = registry.find_or_add(connection, identity(self._repository.root))
            if schemas.version(connection, name) != schemas.newest():
                schemas.bring_up_to_date(connection, name)
            return name


def refuse_without_database(repository: Repository) -> StateUnavailable:
    """What is said where a state mirrors a database that the settings don't name any more."""
    return StateUnavailable(
        f"the state in {repository.state} mirrors a database, and the settings name none: put `[store] url` back; "
        "`interlock store move --to-file` then takes everything into this file"
    )
