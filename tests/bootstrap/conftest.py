"""Fixtures for the set-up and the launcher: a throw-away installation, and a gate in front of its tools."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bootstrap.gate import Gate
from tests.bootstrap.installation import Installation


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """A throw-away root, with real tools and a package to install."""
    return Installation(tmp_path)


@pytest.fixture
def gate(installation: Installation) -> Iterator[Gate]:
    """A gate in front of every installation by uv."""
    gate = Gate(installation)
    yield gate
    gate.stay_open()
