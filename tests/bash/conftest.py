"""The repository in which commands are read: the one in which the measured cases were run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.bash.reads import Reads

FIXTURE = Path(__file__).parents[1] / "data" / "bash_writes" / "make_fixture.sh"


@pytest.fixture(scope="session")
def fixture_repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the repository, a home and a remote; tests never change it."""
    base = tmp_path_factory.mktemp("fixture_repo").resolve() / "fx"
    subprocess.run([str(FIXTURE), str(base)], check=True, capture_output=True)
    return base


@pytest.fixture
def reads(fixture_repo: Path) -> Reads:
    """A reader of commands in that repository."""
    return Reads(fixture_repo)
