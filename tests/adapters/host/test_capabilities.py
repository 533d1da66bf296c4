"""What a machine and a session have beside their tools."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.adapters.host import capabilities
from mcp_server.adapters.host.capabilities import HostMachine, declared


def program(folder: Path, name: str, *, mode: int = 0o755) -> None:
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(mode)


@pytest.mark.parametrize(
    ("said", "expected"), [("gpu,fast", ("gpu", "fast")), (" gpu  fast,gpu ,", ("gpu", "fast")), ("", ()), (None, None)]
)
def test_a_session_says_what_it_can_in_a_variable(said: str | None, expected: tuple[str, ...] | None) -> None:
    assert declared({} if said is None else {"INTERLOCK_CAPABILITIES": said}) == expected


@pytest.mark.parametrize(
    ("name", "capability"),
    [
        ("podman", "docker"),
        ("firefox", "browser"),
        ("nvidia-smi", "gpu"),
        ("adb", "device"),
        ("terraform", "terraform"),
    ],
)
def test_a_machine_has_what_one_of_its_programs_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, capability: str
) -> None:
    monkeypatch.setattr(capabilities, "FILES", {})
    machine = HostMachine({"PATH": f"/nowhere::{tmp_path}"})
    assert not machine.has(capability)
    program(tmp_path, name, mode=0o644)
    assert not machine.has(capability)
    program(tmp_path, name)
    assert machine.has(capability)


def test_a_file_of_the_system_shows_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capabilities, "FILES", {"gpu": (str(tmp_path / "nvidiactl"),)})
    machine = HostMachine({"PATH": ""})
    assert not machine.has("gpu")
    (tmp_path / "nvidiactl").touch()
    assert machine.has("gpu")


@pytest.mark.parametrize("capability", ["fast", "long", "../bin/sh", "/bin/sh"])
def test_how_a_session_works_is_only_said_and_a_path_is_no_capability(tmp_path: Path, capability: str) -> None:
    program(tmp_path, "fast")
    program(tmp_path, "long")
    assert not HostMachine({"PATH": str(tmp_path)}).has(capability)
    assert HostMachine({"PATH": str(tmp_path), "INTERLOCK_CAPABILITIES": capability}).has(capability)
