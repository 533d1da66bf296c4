"""The demo of several machines works, says what is missing, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.demo.machines import database
from mcp_server.demo.machines.database import DemoDatabase
from tests.demo.test_run import PROJECT, assert_nothing_left
from tests.postgres import NEWEST, install

COMMAND = [sys.executable, "-I", str(PROJECT / "mcp_server"), "store", "demo"]


def left_by(pid: int) -> list[Path]:
    return list(Path("/tmp").glob(f"interlock-demo-pg-{pid}-*"))  # noqa: S108  where it is made


def test_two_machines_share_what_there_is_once_and_go_on_without_the_database(tmp_path: Path) -> None:
    install.install(NEWEST)
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PGHOST": "db.invalid", "INTERLOCK_STORE_URL": "nonsense"}
    with subprocess.Popen(
        COMMAND, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as demo:
        output = " ".join(demo.communicate()[0].split())
    assert demo.returncode == 0, output
    for shown in (
        "ada claims billing: ben@build-2 has it",
        "ada locks staging: ben@build-2 has it, to try the new tax",
        "ada@laptop asks: Which tax do you take?",
        "the merge would conflict",
        "refused, the database can't be reached",
        "in his own scope: passed",
        "ada claims auth: granted",
        "see: billing is done, auth is ada@laptop's",
        "Everything worked",
    ):
        assert shown in output, shown
    assert_nothing_left(tmp_path)
    assert left_by(demo.pid) == []


def test_stopped_in_the_middle_it_leaves_nothing(tmp_path: Path) -> None:
    install.install(NEWEST)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("1. Two machines")
        assert "PostgreSQL" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert "stopped; everything was cleaned up" in rest
    assert process.returncode == 130
    assert_nothing_left(tmp_path)
    assert left_by(process.pid) == []


def test_without_a_postgresql_it_says_what_brings_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(database, "PLACES", ())
    monkeypatch.setattr(database, "WHEEL", "no_such_wheel")
    with pytest.raises(OSError, match="no PostgreSQL 15 or newer here; `apt install postgresql`"):
        DemoDatabase()
    assert left_by(os.getpid()) == []
