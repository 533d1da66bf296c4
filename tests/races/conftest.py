"""A state on disk for processes to race on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """An empty world on SQLite."""
    made = Workspace("sqlite", tmp_path)
    yield made
    made.close()
