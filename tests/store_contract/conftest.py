"""The stores that there are: each must pass the same tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres.shared import shared
from tests.workspace import Workspace, make_schema


@pytest.fixture(params=["sqlite", "postgres-15", "postgres-18"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace on each kind of store."""
    kind, _, version = request.param.partition("-")
    if not version:
        made = Workspace(kind, tmp_path)
    else:
        server = shared(int(version))
        made = Workspace(kind, tmp_path, server.database(server.template("with_schema", make_schema)))
    yield made
    made.close()
