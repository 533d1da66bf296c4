"""The ground on which set-up and launcher are tried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bootstrap.gate import Gate
from tests.bootstrap.ground import Ground


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    """A throw-away root, with real tools and a package to install."""
    return Ground(tmp_path)


@pytest.fixture
def gate(ground: Ground) -> Iterator[Gate]:
    """A gate in front of every installation by uv."""
    gate = Gate(ground)
    yield gate
    gate.stay_open()
