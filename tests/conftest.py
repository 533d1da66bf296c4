"""What tests of the core and of the stores share: a workspace for each kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from mcp_server.ports import Store
from tests.workspace import KINDS, Workspace

# How long an example takes says something about the machine, and nothing about what is tried.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def _nothing_stays_open() -> Iterator[None]:
    """A test that makes workspaces of its own need not close them."""
    yield
    for made in list(Workspace.open):
        made.close()


@pytest.fixture(params=KINDS)
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace on each kind of store."""
    made = Workspace(request.param, tmp_path)
    yield made
    made.close()


@pytest.fixture
def store(workspace: Workspace) -> Store:
    """An empty store of each kind."""
    return workspace.store
