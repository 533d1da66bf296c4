"""A workspace in which workers work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.unattended.workers import WorkSpace
from tests.workspace import Workspace


@pytest.fixture
def at_work(workspace: Workspace, tmp_path: Path) -> WorkSpace:
    return WorkSpace(workspace, tmp_path)
