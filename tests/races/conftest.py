"""A state on disk for processes to race on, or one on each of two machines that share a database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres.shared import shared
from tests.races.machines.places import spread
from tests.workspace import Workspace, make_schema


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty world on SQLite."""
    made = Workspace("sqlite", tmp_path)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgres-18"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """An empty world on SQLite, or on two machines that share a database: who races in it is on either."""
    yield from _world(tmp_path, int(request.param.partition("-")[2] or 0))


@pytest.fixture
def two_machines(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """An empty world on two machines that share a database; of the oldest version where the test says so."""
    yield from _world(tmp_path, getattr(request, "param", 18))


def _world(folder: Path, version: int) -> Iterator[Workspace]:
    if not version:
        made = Workspace("sqlite", folder)
    else:
        server = shared(version)
        url = server.database(server.template("with_schema", make_schema))
        spread([folder / "interlock" / "state.db", folder / "other" / "interlock" / "state.db"], url)
        made = Workspace("postgres", folder, url)
    yield made
    made.close()
