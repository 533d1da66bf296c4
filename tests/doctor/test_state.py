"""The doctor's findings about a repository's state and settings."""

from __future__ import annotations

import sqlite3

import pytest

from mcp_server.adapters.settings.mode import switch_mode
from mcp_server.adapters.sqlite import backup
from mcp_server.doctor import state
from tests.doctor.machine import Machine, assert_advised


def test_a_file_that_is_no_database_is_broken(in_use: Machine) -> None:
    in_use.state_file.write_bytes(b"nothing of the kind " * 100)
    assert_advised(in_use.findings()["state"], "broken", str(in_use.state_file), "There is no backup. Start again: mv ")


def test_a_damaged_page_is_found(in_use: Machine) -> None:
    size = in_use.state_file.stat().st_size
    with in_use.state_file.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    assert_advised(in_use.findings()["state"], "broken", "damaged", "mv ")


@pytest.mark.parametrize("lost", ["gone", "empty", "without a schema"])
def test_a_lost_state_is_broken_stays_as_it_is_and_names_the_backup(in_use: Machine, lost: str) -> None:
    assert backup.keep(in_use.state_file)
    in_use.state_file.unlink()
    if lost == "empty":
        in_use.state_file.touch()
    elif lost == "without a schema":
        _of_version(in_use, 0)
    before = in_use.state_file.read_bytes() if in_use.state_file.exists() else None
    assert_advised(in_use.findings()["state"], "broken", "the guard refuses every edit", "interlock doctor --repair")
    assert (in_use.state_file.read_bytes() if in_use.state_file.exists() else None) == before


def test_an_older_schema_is_a_warning_and_is_not_touched(in_use: Machine) -> None:
    _of_version(in_use, 1)
    assert_advised(in_use.findings()["state"], "warning", "older schema 1", "interlock board")
    assert _version(in_use) == 1


def test_a_newer_schema_asks_for_an_update(in_use: Machine) -> None:
    _of_version(in_use, 999)
    assert_advised(in_use.findings()["state"], "broken", "schema 999", "plugin update")


def test_another_journal_mode_is_a_warning(in_use: Machine) -> None:
    connection = sqlite3.connect(in_use.state_file)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    assert_advised(in_use.findings()["state"], "warning", "delete")


def test_a_writer_that_hangs_is_told_of(in_use: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "PATIENCE", 0.0)
    connection = sqlite3.connect(in_use.state_file, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        assert_advised(in_use.findings()["state"], "broken", "locked by another process")
    finally:
        connection.close()


def _of_version(machine: Machine, version: int) -> None:
    connection = sqlite3.connect(machine.state_file)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


def _version(machine: Machine) -> int:
    connection = sqlite3.connect(machine.state_file)
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    return version


@pytest.mark.parametrize("text", ["mode = ", 'mode = "sometimes"', "lease_minutes = -1", 'open = ["../x"]'])
def test_what_cannot_be_understood_is_broken(in_use: Machine, text: str) -> None:
    in_use.write_settings(text)
    assert_advised(in_use.findings()["settings"], "broken", "interlock.toml", "refuses every edit")


def test_a_misspelt_setting_is_a_warning(in_use: Machine) -> None:
    in_use.write_settings('mood = "enforce"')
    assert_advised(in_use.findings()["settings"], "warning", "mood")


@pytest.mark.parametrize("mode", ["warn", "off"])
def test_a_guard_that_the_file_does_not_enforce_is_a_warning(in_use: Machine, mode: str) -> None:
    in_use.write_settings(f'mode = "{mode}"')
    assert_advised(in_use.findings()["settings"], "warning", f"mode {mode}", "interlock.toml", "mode enforce")


def test_a_guard_that_was_switched_off_is_a_warning(in_use: Machine) -> None:
    switch_mode(str(in_use.state_file.parent), "off")
    assert_advised(in_use.findings()["settings"], "warning", "`interlock mode off`")


def test_a_mode_that_does_not_exist_is_broken(in_use: Machine) -> None:
    switch_mode(str(in_use.state_file.parent), "sideways")
    assert_advised(in_use.findings()["settings"], "broken", "sideways")


def test_how_a_person_sees_what_goes_on_is_said(in_use: Machine) -> None:
    found = in_use.findings()["boards"]
    assert found.state == "ok"
    assert "`interlock board --watch` or `--web`" in found.words
    in_use.write_settings('[notify]\ncommand = "beep"\n')
    assert "you are notified by command" in in_use.findings()["boards"].words


def test_a_way_to_notify_that_can_t_work_is_a_warning(in_use: Machine) -> None:
    in_use.write_settings('[notify]\napprise = ["json://localhost"]\n')
    assert_advised(in_use.findings()["boards"], "warning", "apprise is not installed", "[notify]")
