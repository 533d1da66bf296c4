"""The doctor's findings about Bash: whether commands can be read before they run and confined while they run."""

from __future__ import annotations

import pytest

from mcp_server.sandbox import landlock
from mcp_server.sandbox.supervisor import shell
from tests.doctor.machine import PYTHON, Machine, assert_advised


def test_all_is_well_where_commands_can_be_read_and_held(in_use: Machine) -> None:
    findings = in_use.findings()
    assert findings["Bash, before"].state == "ok", findings["Bash, before"]
    if landlock.can_confine() and shell.can_supervise():
        assert findings["Bash, meanwhile"].state == "ok"
        assert "Landlock" in findings["Bash, meanwhile"].words


def test_a_kernel_that_can_not_hold_is_a_warning(in_use: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "can_confine", lambda: False)
    assert_advised(in_use.findings()["Bash, meanwhile"], "warning", "no Landlock", "Linux 5.19")


def test_a_kernel_that_lets_nobody_supervise_is_a_warning(in_use: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "can_confine", lambda: True)
    monkeypatch.setattr(shell, "can_supervise", lambda: False)
    assert_advised(in_use.findings()["Bash, meanwhile"], "warning", "does not exist yet", "Linux 5.19")


def test_a_grammar_that_can_not_be_loaded_is_broken(in_use: Machine) -> None:
    wreck = in_use.tools / "wreck"
    fails = "echo 'GrammarMissing: no such library' >&2; exit 1"
    wreck.write_text(f'#!/bin/sh\ncase "$*" in *grammar.parse*) {fails} ;; esac\nexec {PYTHON} "$@"\n')
    wreck.chmod(0o755)
    in_use.remember(wreck)
    assert_advised(
        in_use.findings()["Bash, before"], "broken", "run unchecked: GrammarMissing: no such library", "rm -r"
    )


def test_what_the_settings_switch_off_is_said(in_use: Machine) -> None:
    in_use.write_settings('bash = "off"')
    findings = in_use.findings()
    assert_advised(findings["Bash, before"], "warning", "not checked", "Remove that setting")
    assert "because of the settings" in findings["Bash, meanwhile"].words


def test_without_an_environment_commands_can_not_be_read_yet(in_use: Machine) -> None:
    (in_use.data / "ready").unlink()
    assert_advised(in_use.findings()["Bash, before"], "warning", "until the environment is ready")
