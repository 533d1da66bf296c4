"""After an update a hook may be the first that sees the state: it brings it up to date, and decides."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mcp_server.adapters.sqlite import schema
from tests.hooks.runner import Hooks

NEWEST = len(list(schema.MIGRATIONS.glob("*.sql")))


def state_of(repo: Path, version: int) -> Path:
    """A state as a version with this schema left it: ada holds src/auth."""
    file = repo / ".git/interlock/state.db"
    file.parent.mkdir(mode=0o700)
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        for step in sorted(schema.MIGRATIONS.glob("*.sql"))[:version]:
            db.executescript(step.read_text())
        db.execute(f"PRAGMA user_version = {version}")
        db.execute(
            "INSERT INTO agent (id, name, kind, worktree, joined_at, seen_at) "
            "VALUES (1, 'ada', 'session', '', 0, unixepoch())"
        )
        db.execute("INSERT INTO lease VALUES (1, 1, NULL, 'path:src/auth', 'src/auth', NULL, 0, 1800, NULL, NULL)")
        db.execute("INSERT INTO ground VALUES ('src/auth', 1, 'src/auth')")
        db.commit()
    return file


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_a_state_of_an_older_version_is_brought_up_to_date_by_the_first_hook(
    hooks: Hooks, repo: Path, version: int
) -> None:
    file = state_of(repo, version)

    refused, allowed = hooks.edit("src/auth/a.py"), hooks.edit("docs/a.md")

    assert (refused.decision, allowed.output) == ("deny", "")
    assert "is held by ada" in refused.reason
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (NEWEST,)
