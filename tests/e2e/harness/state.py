"""What hooks have recorded in a repository's state."""

from __future__ import annotations

import sqlite3
from pathlib import Path


def has(repo: Path, name: str, column: str) -> bool:
    """Whether something is recorded of an agent in this column."""
    file = repo / ".git/interlock/state.db"
    if not file.exists():
        return False
    with sqlite3.connect(file, timeout=20) as state:
        query = f"SELECT count(*) FROM agent WHERE name = ? AND {column} IS NOT NULL"  # noqa: S608  a name of ours
        [found] = state.execute(query, (name,)).fetchone()
    state.close()
    return bool(found)
