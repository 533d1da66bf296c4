"""Checkouts on several machines that mirror one database, or are about to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.postgres import move
from mcp_server.adapters.postgres.join import join
from mcp_server.adapters.postgres.remote import Checkout, Remote
from mcp_server.adapters.postgres.store import SharedStore
from mcp_server.adapters.sqlite.store import SqliteStore, create
from mcp_server.domain.decision import Policy
from mcp_server.domain.errors import DatabaseUnavailable
from mcp_server.domain.scopes.scope import parse
from mcp_server.ports import Books
from tests.workspace import SCHEMA


class Machine:
    """A machine with one checkout, in a folder of its own."""

    def __init__(self, name: str, folder: Path, url: str) -> None:
        self.name = name
        self.file = folder / name / "interlock" / "state.db"
        self.remote = Remote(lambda: psycopg.connect(url, autocommit=True), SCHEMA, failure=_in_words)
        self._opened: list[SqliteStore | SharedStore] = []
        create(self.file)

    def close(self) -> None:
        """Close all that was opened."""
        for store in self._opened:
            store.close()
        self.remote.close()

    def local(self) -> SqliteStore:
        """The state alone, as a hook has it."""
        store = SqliteStore(self.file, clock=system_clock, policy=_policy)
        self._opened.append(store)
        return store

    def shared(self) -> SharedStore:
        """The state as the server and commands have it."""
        store = SharedStore(self.file, self.remote, clock=system_clock, policy=_policy)
        self._opened.append(store)
        return store

    def joins(self, *, brings: bool = False, sign: str | None = None) -> SharedStore:
        """The state mirrors the database from now on."""
        checkout = Checkout(self.name, sign or f"sign of {self.name}", "1")
        join(self.local(), self.remote, checkout, brings=brings)
        return self.shared()

    def leaves(self) -> int:
        """The state is a file again, with all that the database had."""
        return move.to_file(self.shared(), self.local(), self.remote)

    @contextmanager
    def hook(self) -> Iterator[Books]:
        """What a hook writes: into the state alone."""
        with self.local().writing() as books:
            yield books


def _policy() -> Policy:
    return Policy("enforce", "allow", parse([]))


def _in_words(error: psycopg.Error) -> DatabaseUnavailable:
    return DatabaseUnavailable("other", str(error), "try again")
