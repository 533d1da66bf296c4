"""What tests of the core and of the stores share: a world for each kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from mcp_server.ports import Store
from tests.worlds import KINDS, World

# How long an example takes says something about the machine, and nothing about what is tried.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """An empty world on each kind of store."""
    made = World(request.param, tmp_path)
    yield made
    made.close()


@pytest.fixture
def store(world: World) -> Store:
    """An empty store of each kind."""
    return world.store
