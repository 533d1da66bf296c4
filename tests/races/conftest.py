"""A state on disk for processes to race on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worlds import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty world on SQLite."""
    made = World("sqlite", tmp_path)
    yield made
    made.close()
