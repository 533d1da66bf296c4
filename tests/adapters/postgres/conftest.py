"""A database of each version, and an environment that says nothing of databases."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import VERSIONS, Server, shared


@pytest.fixture(autouse=True)
def _no_databases_of_the_person(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in os.environ:
        if name.startswith("PG"):
            monkeypatch.delenv(name)


@pytest.fixture(params=VERSIONS)
def server(request: pytest.FixtureRequest) -> Server:
    """The server of each version that all tests share."""
    return shared(request.param)


@pytest.fixture
def database(server: Server) -> Iterator[str]:
    """The address of an empty database, for the superuser."""
    address = server.database()
    yield address
    server.drop(address)
