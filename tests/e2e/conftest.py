"""Fixtures for tests on the real client: both versions, a scripted model and a small repository."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.harness.client import ClaudeClient
from tests.e2e.harness.model import ScriptedModel

HERE = Path(__file__).parent
VERSIONS = (HERE / "versions.txt").read_text().split()
SOURCES = {
    "README.md": "# Shop\n",
    "src/auth/login.py": "def login(name: str) -> bool:\n    return bool(name)\n",
    "src/api/routes.py": "ROUTES = {'/login': 'login'}\n",
    "tests/test_login.py": "def test_login() -> None:\n    assert True\n",
}


@pytest.fixture
def model() -> Iterator[ScriptedModel]:
    with ScriptedModel() as scripted:
        yield scripted
    assert not scripted.problems


@pytest.fixture(params=VERSIONS)
def client(request: pytest.FixtureRequest, model: ScriptedModel, tmp_path: Path) -> Iterator[ClaudeClient]:
    binary = clients_cache() / request.param / "claude"
    if not binary.exists():
        _do_without(request.param)
    claude = ClaudeClient(binary, request.param, tmp_path / "home", model.url)
    yield claude
    claude.clean_up()


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    for path, text in SOURCES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    for command in (
        ["init", "--quiet", "--initial-branch", "main"],
        ["config", "user.name", "Test"],
        ["config", "user.email", "test@example.invalid"],
        ["add", "."],
        ["commit", "--quiet", "--no-verify", "--message", "Start"],
    ):
        subprocess.run(["git", "-C", str(root), *command], check=True, capture_output=True)
    return root


def clients_cache() -> Path:
    """Where `script/clients` and `script/npm-tools` put what they install."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(os.environ.get("INTERLOCK_CLIENT_CACHE") or base / "interlock" / "clients")


def _do_without(version: str) -> None:
    missing = f"Claude Code {version} is not installed; script/clients installs it"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)
