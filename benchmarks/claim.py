"""What a claim costs in the core, compared with the bare transaction, and as the number of tasks grows."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Ratio, alternately, report
from benchmarks.workspaces import repository, store, workplace
from mcp_server.core.tasks.claim import Claimed, claim_task

TIMES = 2_000


def measure() -> list[Ratio]:
    """`claim_task` against BEGIN IMMEDIATE, select, update, COMMIT on a table of the same form and size."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        claiming = _claims(repository(base / "one", tasks=TIMES + 10, leases=0))
        bare = _bare(repository(base / "two", tasks=TIMES + 10, leases=0))
        measured, against = alternately(claiming, bare, TIMES)
        small = _claims(repository(base / "small", tasks=100 + TIMES // 10, leases=10))
        large = _claims(repository(base / "large", tasks=100_000, leases=10_000))
        grown, before = alternately(large, small, TIMES // 10)
    return [
        Ratio("claim_task in the core / bare transaction", measured * 1e6, against * 1e6, "µs", 2.0),
        Ratio("claim_task, tasks 100 → 100,000, leases 10 → 10,000", grown * 1e6, before * 1e6, "µs", 1.5),
    ]


def _claims(repo: Path) -> Callable[[], object]:
    place = workplace(store(repo / ".git/interlock/state.db"))
    with place.store.reading() as books:
        agent = books.agents.find("agent1")
    assert agent is not None

    def claim() -> None:
        assert isinstance(claim_task(place, agent.id), Claimed)

    return claim


def _bare(repo: Path) -> Callable[[], object]:
    connection = bare_connection(repo / ".git/interlock/state.db")
    return lambda: bare_claim(connection)


def bare_connection(file: Path) -> sqlite3.Connection:
    """SQLite as the store opens it."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=20)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def bare_claim(connection: sqlite3.Connection) -> int | None:
    """The least that a claim could do: choose the best ready task and mark it."""
    connection.execute("BEGIN IMMEDIATE")
    row = connection.execute("SELECT seq FROM task WHERE ready = 1 ORDER BY priority DESC, seq LIMIT 1").fetchone()
    if row is not None:
        connection.execute("UPDATE task SET status = 'in_progress', ready = 0 WHERE seq = ?", row)
    connection.execute("COMMIT")
    return None if row is None else int(row[0])


if __name__ == "__main__":
    report(measure())
