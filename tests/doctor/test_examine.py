"""What the doctor finds on a healthy machine, and what it never does."""

from __future__ import annotations

import pytest

from mcp_server.doctor import machine
from tests.doctor.machine import Machine, assert_advised

EVERYTHING = [
    "Python",
    "environment",
    "git",
    "Claude Code",
    "plugin",
    "client's settings",
    "state",
    "settings",
    "boards",
    "guard",
    "other hooks",
    "Bash, before",
    "Bash, meanwhile",
    "caches",
]


def test_a_healthy_machine_has_nothing_to_fix(in_use: Machine) -> None:
    findings = in_use.findings()
    assert list(findings) == EVERYTHING
    assert {what: finding for what, finding in findings.items() if finding.state != "ok"} == {}
    assert {finding.advice for finding in findings.values()} == {""}
    assert " ms)" in findings["guard"].words


def test_a_repository_that_does_not_use_interlock_is_not_put_into_use(machine: Machine) -> None:
    assert "not in use" in machine.findings()["state"].words
    assert not machine.repository.in_use


def test_one_examination_that_fails_hides_no_other(in_use: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: str) -> None:
        raise PermissionError("not yours")

    monkeypatch.setattr(machine, "run", fail)
    findings = in_use.findings()
    assert list(findings) == EVERYTHING
    assert_advised(findings["git"], "broken", "PermissionError: not yours")
    assert findings["guard"].state == "ok"


def test_findings_do_not_tell_the_home_folder(in_use: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(in_use.root.parent))
    for finding in in_use.findings().values():
        assert str(in_use.root.parent) not in finding.words + finding.advice, finding
