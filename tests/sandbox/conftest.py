"""Fixtures for the sandbox: a repository outside of every temporary directory, and one inside."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sandbox.sandbox_repo import ROOT, SandboxRepo


def outside() -> Path:
    """A new folder that lies in no temporary directory, unless the checkout does."""
    parent = ROOT / ".interlock"
    parent.mkdir(exist_ok=True)
    return Path(tempfile.mkdtemp(prefix="sandbox-", dir=parent))


@pytest.fixture(scope="module", params=["outside", "inside"])
def sandbox_repo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxRepo]:
    """A repository for tests that leave it as they found it, outside of the temporary directory and inside."""
    base = outside() if request.param == "outside" else tmp_path_factory.mktemp("git_workspace")
    yield SandboxRepo(base)
    shutil.rmtree(base)


@pytest.fixture
def own_repo() -> Iterator[SandboxRepo]:
    """A repository for one test alone."""
    base = outside()
    yield SandboxRepo(base)
    shutil.rmtree(base)


@pytest.fixture(params=["supervised", "alone"])
def either_repo(request: pytest.FixtureRequest, own_repo: SandboxRepo) -> SandboxRepo:
    """The same, with a supervisor and on a kernel that allows none."""
    own_repo.supervised = request.param == "supervised"
    return own_repo


@pytest.fixture
def alone_repo(own_repo: SandboxRepo) -> SandboxRepo:
    """The same, on a kernel that allows no supervisor."""
    own_repo.supervised = False
    return own_repo
