"""What tests of the confinement get: a yard outside of every temporary directory, and one inside."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.confinement.yard import ROOT, Yard


def outside() -> Path:
    """A new folder that lies in no temporary directory, unless the checkout does."""
    parent = ROOT / ".interlock"
    parent.mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="yard-", dir=parent))


@pytest.fixture(scope="module", params=["outside", "inside"])
def yard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """A yard for tests that leave it as they found it, outside of the temporary directory and inside."""
    base = outside() if request.param == "outside" else tmp_path_factory.mktemp("yard")
    yield Yard(base)
    shutil.rmtree(base)


@pytest.fixture
def own_yard(tmp_path: Path) -> Iterator[Yard]:
    """A yard for one test alone."""
    base = outside()
    yield Yard(base)
    shutil.rmtree(base)
