"""Where racers race: on one file, or on the mirrors of a database, each as if it were a machine of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.postgres.connect import LIMITS, PATIENCE
from mcp_server.adapters.postgres.join import join
from mcp_server.adapters.postgres.remote import Checkout, Remote
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.sqlite.store import SqliteStore, create
from mcp_server.domain.decision import Policy
from mcp_server.domain.errors import DatabaseUnavailable
from mcp_server.domain.scopes.scope import parse
from tests.workspace import SCHEMA

BESIDE = "mirrors.json"
"""Beside a state that mirrors a database: its address, and all states that do."""


def spread(files: list[Path], url: str) -> None:
    """From now on who races for one of these states is spread over all of them, which mirror the database."""
    for number, file in enumerate(files):
        create(file)
        said = {"url": url, "files": [str(one) for one in files]}
        (file.parent / BESIDE).write_text(json.dumps(said))
        with closing(SqliteStore(file, clock=system_clock, policy=policy)) as local:
            remote = remote_of(url)
            join(local, remote, Checkout(f"host-{number}", str(file), "1"), brings=True)
            remote.close()


def reached(file: Path, url: str) -> None:
    """Where this state is, the database is reached at another address."""
    said = json.loads((file.parent / BESIDE).read_text())
    (file.parent / BESIDE).write_text(json.dumps({**said, "url": url}))


def place(file: Path, number: int) -> Path:
    """The state for the racer with this number."""
    beside = file.parent / BESIDE
    if not beside.exists():
        return file
    files = json.loads(beside.read_text())["files"]
    return Path(files[number % len(files)])


def opened(file: Path) -> SqliteStore | SharedStore:
    """The store as a server opens it."""
    beside = file.parent / BESIDE
    if not beside.exists():
        return SqliteStore(file, clock=system_clock, policy=policy)
    return SharedStore(file, remote_of(json.loads(beside.read_text())["url"]), clock=system_clock, policy=policy)


def remote_of(url: str, failure: Callable[[psycopg.Error], Exception] | None = None) -> Remote:
    """The rows in the database, over a connection that is as impatient as in earnest."""
    limits = " ".join(f"-c {name}={value}" for name, value in LIMITS.items())
    address = make_conninfo(url, options=limits, **PATIENCE)
    return Remote(lambda: psycopg.connect(address, autocommit=True), SCHEMA, failure=failure or _in_words)


def policy() -> Policy:
    """Everything that nobody holds may be written."""
    return Policy("enforce", "allow", parse([]))


def _in_words(error: psycopg.Error) -> DatabaseUnavailable:
    return DatabaseUnavailable("other", str(error), "try again")
