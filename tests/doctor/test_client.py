"""The doctor's findings about Claude Code and the plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.doctor.finding import Finding
from tests.doctor.machine import Machine, assert_advised


def test_no_client_on_the_path_is_a_warning(in_use: Machine) -> None:
    (in_use.tools / "claude").unlink()
    findings = in_use.findings()
    assert_advised(findings["Claude Code"], "warning", "2.1.197")
    assert_advised(findings["plugin"], "warning", "/plugin")


@pytest.mark.parametrize("version", ["2.1.196", "2.0.999", "1.9.9"])
def test_a_client_older_than_the_oldest_supported_is_broken(in_use: Machine, version: str) -> None:
    in_use.have_claude(version, "[]")
    assert_advised(in_use.findings()["Claude Code"], "broken", version, "claude update")


@pytest.mark.parametrize("version", ["2.1.197", "2.1.1000", "3.0.0"])
def test_the_oldest_supported_client_and_any_newer_is_well(in_use: Machine, version: str) -> None:
    in_use.have_claude(version, "[]")
    assert in_use.findings()["Claude Code"] == Finding("Claude Code", "ok", version)


def test_an_answer_that_is_no_version_is_a_warning(in_use: Machine) -> None:
    in_use.have_claude("soon", "[]")
    assert_advised(in_use.findings()["Claude Code"], "warning", "soon")


def test_a_plugin_that_is_not_installed_comes_with_the_commands_to_install_it(in_use: Machine) -> None:
    in_use.have_claude("2.1.332", '[{"id": "another@market", "enabled": true}]')
    assert_advised(in_use.findings()["plugin"], "warning", "plugin install interlock@interlock")


def test_a_plugin_that_is_switched_off_comes_with_the_command_to_switch_it_on(in_use: Machine) -> None:
    in_use.have_claude("2.1.332", '[{"id": "interlock@here", "enabled": false}]')
    assert_advised(in_use.findings()["plugin"], "warning", "claude plugin enable interlock@here")


def test_sessions_that_load_another_version_are_told_of(in_use: Machine, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    entry = f'{{"id": "interlock@here", "enabled": true, "version": "0.0.1", "installPath": "{elsewhere}"}}'
    in_use.have_claude("2.1.332", f"[{entry}]")
    assert_advised(in_use.findings()["plugin"], "warning", f"{elsewhere}/bin/interlock doctor", str(in_use.root))


def test_a_listing_that_cannot_be_read_is_shown(in_use: Machine) -> None:
    in_use.have_claude("2.1.332", "oh no")
    assert_advised(in_use.findings()["plugin"], "broken", "oh no")
