"""A machine to examine, and a repository on it that uses Interlock."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mcp_server.adapters.sqlite import store
from tests.doctor.machine import Machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(tmp_path)
    monkeypatch.setenv("PATH", str(machine.tools))
    monkeypatch.setenv("CLAUDE_PLUGIN_DATA", str(machine.data))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in os.environ:
        if name.startswith(("CLAUDE_", "INTERLOCK_PYTHON")) and name != "CLAUDE_PLUGIN_DATA" or "cache" in name.lower():
            monkeypatch.delenv(name)
    monkeypatch.chdir(machine.project)
    return machine


@pytest.fixture
def in_use(machine: Machine) -> Machine:
    store.create(machine.state_file)
    return machine
