"""What `sqlite3` and `duckdb` write."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("sqlite3 db/app.sqlite3 'select 1'", []),
        ("sqlite3 db/app.sqlite3 'delete from t'", ["db/app.sqlite3"]),
        ("sqlite3 db/app.sqlite3 '.backup docs/b'", ["docs/b"]),
        ("sqlite3 -separator , -cmd '.mode csv' db/app.sqlite3 'select 1'", []),
        ("sqlite3 -readonly db/app.sqlite3 'delete from t'; sqlite3 --help db/app.sqlite3 'drop table t'", []),
        ("sqlite3 -newline x db/app.sqlite3 'insert into t values (1)'", ["db/app.sqlite3"]),
        ("sqlite3 db/app.sqlite3 'with a as (select 1) delete from t'", ["db/app.sqlite3"]),
        ("duckdb -readonly db/x.db -c 'select 1'; duckdb db/x.db 'from t'", []),
        ("duckdb db/x.db -c 'create table t (a int)'", ["db/x.db"]),
        ("duckdb -c \"copy t to 'docs/t.csv' (header)\"", ["docs/t.csv"]),
        ("duckdb :memory: 'create table t (a int)'", []),
    ],
)
def test_only_statements_that_change_it_write_the_database(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
