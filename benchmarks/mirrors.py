"""Checkouts that mirror one database of PostgreSQL, as machines that share it have them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from benchmarks.workspaces import store
from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.postgres.address import address_of
from mcp_server.adapters.postgres.connect import connect
from mcp_server.adapters.postgres.join import join
from mcp_server.adapters.postgres.remote import Checkout, Remote
from mcp_server.adapters.postgres.schema import bring_up_to_date
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.postgres.words import explanation
from mcp_server.adapters.sqlite.store import create
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse
from tests.postgres import NEWEST, Server, private

SCHEMA = "interlock_measured"
AS_SHIPPED = {"fsync": "on", "full_page_writes": "on"}
"""A commit waits for the disk, as it does in earnest."""


@contextmanager
def server() -> Iterator[Server]:
    """A server of PostgreSQL that keeps what it acknowledges even when the power fails."""
    with private(NEWEST, AS_SHIPPED) as made:
        yield made


def database(on: Server) -> str:
    """The address of a new database with the schema of a repository that nobody has joined yet."""
    address = on.database()
    with psycopg.connect(address, autocommit=True) as connection:
        bring_up_to_date(connection, SCHEMA)
    return address


def mirror(file: Path, database: str, host: str) -> SharedStore:
    """The store in a checkout of this host, which brings what it has if it mirrors nothing yet."""
    create(file)
    with closing(store(file)) as local:
        remote = _remote(database, host)
        join(local, remote, Checkout(host, str(file), "1"), brings=remote.is_empty())
        remote.close()
    return opened(file, database, host)


def opened(file: Path, database: str, host: str) -> SharedStore:
    """The store of a checkout that mirrors the database, as a server of that host opens it."""
    policy = Policy("enforce", "allow", parse([]))
    return SharedStore(file, _remote(database, host), clock=system_clock, policy=lambda: policy)


def _remote(database: str, host: str) -> Remote:
    address = address_of(database, "the benchmark", "/")
    return Remote(lambda: connect(address, host), SCHEMA, failure=lambda error: explanation(error, address))
