"""A world with a task list, on every kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.listing.world import LIST, ListWorld
from tests.worlds import KINDS


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ListWorld]:
    """Without a list."""
    made = ListWorld(request.param, tmp_path)
    yield made
    made.close()


@pytest.fixture
def listed(world: ListWorld) -> ListWorld:
    """With the list."""
    world.listed(LIST)
    return world
