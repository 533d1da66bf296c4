"""Databases with the schema of a repository in them, and machines that may join it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.adapters.postgres.mirrors.checkouts import Machine
from tests.postgres.shared import shared
from tests.workspace import make_schema


@pytest.fixture
def database() -> str:
    """The address of a database that nobody has joined yet."""
    server = shared(18)
    return server.database(server.template("with_schema", make_schema))


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[Callable[[str], Machine]]:
    """Makes a machine of this name, with a state that is empty."""
    made: list[Machine] = []

    def make(name: str) -> Machine:
        made.append(Machine(name, tmp_path_factory.mktemp("machine"), database))
        return made[-1]

    yield make
    for one in made:
        one.close()
