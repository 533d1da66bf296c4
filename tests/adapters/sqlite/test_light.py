"""SQLite for a hook: the same as `sqlite3`, without what loading that costs."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection

import pytest

from mcp_server.adapters.sqlite import light

ROOT = Path(__file__).parents[3]
LIGHT = """
import sys
sys.path.insert(0, sys.argv[1])
from mcp_server.adapters.sqlite.light import connect
connection = connect(sys.argv[2], patience=1.0)
connection.execute("CREATE TABLE t (x)")
connection.execute("BEGIN IMMEDIATE")
for number in range(300):
    connection.execute(f"INSERT INTO t VALUES (? + {number % 150})", (number,))
connection.execute("COMMIT")
print(connection.execute("SELECT count(*), sum(x) FROM t").fetchone())
print(sorted({"sqlite3", "functools", "datetime"} & set(sys.modules)))
import functools
print(functools.lru_cache(None)(len)("abc"), functools.reduce(max, [1, 2]))
"""


def test_a_bare_interpreter_gets_a_connection_and_loads_nothing_else(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", LIGHT, str(ROOT), str(tmp_path / "x.db")],
        capture_output=True,
        text=True,
        check=True,
    )
    total = sum(number + number % 150 for number in range(300))
    assert said.stdout.splitlines() == [f"(300, {total})", "[]", "3 2"]


def test_where_everything_is_loaded_already_it_is_the_same(tmp_path: Path) -> None:
    connection = light.connect(str(tmp_path / "x.db"), patience=1.0)
    assert connection.isolation_level is None
    assert connection.execute("SELECT 1").fetchone() == (1,)
    connection.close()


FALLBACK = """
import sys
sys.path.insert(0, sys.argv[1])
sys.modules["_functools"] = None
from mcp_server.adapters.sqlite.light import connect
"""


@pytest.mark.parametrize("missing", ["_sqlite3.connect"])
def test_an_interpreter_that_is_built_differently_gets_the_whole_module(tmp_path: Path, missing: str) -> None:
    program = f"""
import builtins, sys
sys.path.insert(0, sys.argv[1])
real, tried = builtins.__import__, []
def load(name, *rest):
    if name == {missing.partition(".")[0]!r} and not tried:
        tried.append(name)
        raise AttributeError("another interpreter")
    return real(name, *rest)
builtins.__import__ = load
from mcp_server.adapters.sqlite.light import connect
print(connect(sys.argv[2], patience=1.0).execute("SELECT 1").fetchone(), "sqlite3" in sys.modules, tried)
"""
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(ROOT), str(tmp_path / "x.db")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == f"(1,) True ['{missing.partition('.')[0]}']"


@pytest.mark.parametrize("begin", [light.begin_reading, light.begin_writing])
def test_a_transaction_is_kept_when_it_ends_and_rolled_back_by_an_error(
    tmp_path: Path, begin: Callable[[Connection], None]
) -> None:
    connection = light.connect(str(tmp_path / "x.db"), patience=0)
    connection.execute("CREATE TABLE t (x)")
    with light.Transaction(connection, begin):
        connection.execute("INSERT INTO t VALUES (1)")
    with pytest.raises(ZeroDivisionError), light.Transaction(connection, begin):
        connection.execute("INSERT INTO t VALUES (2)")
        raise ZeroDivisionError
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM t").fetchone() == (1,)


def test_a_transaction_that_cannot_begin_leaves_none_open(tmp_path: Path) -> None:
    first, second = (light.connect(str(tmp_path / "x.db"), patience=0) for _ in range(2))
    with light.Transaction(first, light.begin_writing):
        with pytest.raises(sqlite3.OperationalError), light.Transaction(second, light.begin_writing):
            pytest.fail("two began to write")
        assert not second.in_transaction


def with_long_log(file: Path, frames: int) -> None:
    """Write a log of this many frames and die, so that nobody moves it into the database."""
    program = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA wal_autocheckpoint = 0")
connection.execute("CREATE TABLE IF NOT EXISTS long_log (x)")
for number in range(int(sys.argv[2])):
    connection.execute("INSERT INTO long_log VALUES (zeroblob(3000))")
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", program, str(file), str(frames)], check=True)


def test_a_long_log_is_noticed_and_can_be_moved_into_the_database(tmp_path: Path) -> None:
    file, log = tmp_path / "x.db", tmp_path / "x.db-wal"
    with_long_log(file, 2_500)
    assert log.stat().st_size > light.LONG_LOG

    light.connect(str(file), patience=1.0).close()
    assert str(file) in light.long_logs
    light.shorten_log(str(file))

    assert not log.exists() or log.stat().st_size == 0
    light.long_logs.clear()


def test_what_a_hook_writes_never_makes_the_log_long(tmp_path: Path) -> None:
    file, log = tmp_path / "x.db", tmp_path / "x.db-wal"
    with_long_log(file, 1)
    for _ in range(3 * light.LOG_FRAMES // 2):
        connection = light.connect(str(file), patience=1.0)
        with light.Transaction(connection, light.begin_writing):
            connection.execute("INSERT INTO long_log VALUES (zeroblob(3000))")
        connection.execute("SELECT 1")
        # Not closed in order, as by a hook that exits.
        del connection

    assert not log.exists() or log.stat().st_size <= light.LONG_LOG
