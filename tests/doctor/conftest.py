"""A machine to examine, and a repository on it that uses Interlock."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.sqlite import store
from tests.doctor.machine import Machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(machine.tools))
    monkeypatch.setenv("CLAUDE_PLUGIN_DATA", str(machine.data))
    for name in ("CLAUDE_PROJECT_DIR", "INTERLOCK_PYTHON"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(machine.project)
    return machine


@pytest.fixture
def in_use(machine: Machine) -> Machine:
    store.create(machine.state_file)
    return machine
