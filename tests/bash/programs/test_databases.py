"""What `sqlite3` writes."""

from __future__ import annotations

import pytest

from tests.bash.reads import Reads


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        ("sqlite3 db/app.sqlite3 'select 1'", []),
        ("sqlite3 db/app.sqlite3 'delete from t'", ["db/app.sqlite3"]),
        ("sqlite3 db/app.sqlite3 '.backup docs/b'", ["docs/b"]),
    ],
)
def test_only_statements_that_change_it_write_the_database(reads: Reads, command: str, paths: list[str]) -> None:
    assert reads.known(command) == paths
