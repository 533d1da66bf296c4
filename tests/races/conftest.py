"""A state on disk for processes to race on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worlds import World

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a machine that is busy with other things a race may take minutes."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty world on SQLite."""
    made = World("sqlite", tmp_path)
    yield made
    made.close()
