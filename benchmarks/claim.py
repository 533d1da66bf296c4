"""What a claim costs in the core, compared with the bare transaction, and as the number of tasks grows."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.measuring import Ratio, alternately, report
from benchmarks.workspaces import repository, store, workplace
from mcp_server.adapters.sqlite.scope_rows import tokens_around
from mcp_server.core.tasks.claim import Claimed, claim_task
from mcp_server.core.workplace import Workplace

TIMES = 2_000
HOLDER, SECONDS = 2, 1800.0
_AGENT = (
    "id, name, parent, kind, host, pid, started, worktree, joined_at, seen_at, ended_at, idle_at, type, can, "
    "wants, wants_from, wants_since, wants_token, wants_told"
)
_TAKE = """
    UPDATE task SET status = 'in_progress', ready = 0, needs = NULL, changed_at = ?,
        token = (SELECT ifnull(max(id), 0) + 1 FROM event)
    WHERE ready = 1 AND held = 0
        AND seq = (SELECT seq FROM task WHERE ready = 1 AND held = 0 ORDER BY priority DESC, seq LIMIT 1)
    RETURNING seq, id, scope, anchors, token"""
_LEASE = """
    INSERT INTO lease (token, holder, task, resource, scope, purpose, granted_at, seconds)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_REVIEWS = "SELECT count(*) FROM (SELECT * FROM (SELECT seq FROM task WHERE status = 'review' LIMIT 3))"
_DUE = "UPDATE agent SET due_at = ? WHERE id = ? AND (due_at IS NULL OR due_at > ?)"


def measure() -> list[Ratio]:
    """`claim_task` against the statements that it has to carry out, on a state of the same form and size."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        claiming = _claims(repository(base / "one", tasks=TIMES + 10, leases=0))
        bare = _bare(repository(base / "two", tasks=TIMES + 10, leases=0))
        measured, against = alternately(claiming, bare, TIMES)
        small = _claims(repository(base / "small", tasks=100 + TIMES // 10, leases=10))
        large = _claims(repository(base / "large", tasks=100_000, leases=10_000))
        grown, before = alternately(large, small, TIMES // 10)
    return [
        Ratio("claim_task in the core / its statements bare", measured * 1e6, against * 1e6, "µs", 1.25),
        Ratio("claim_task, tasks 100 → 100,000, leases 10 → 10,000", grown * 1e6, before * 1e6, "µs", 1.5),
    ]


def _claims(repo: Path) -> Callable[[], object]:
    return claims_in(workplace(store(repo / ".git/interlock/state.db")))


def claims_in(place: Workplace) -> Callable[[], object]:
    """What claims the next task for the same agent each time."""
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
    """The statements that a claim has to carry out, and nothing else: no decision about overlaps, no objects."""
    execute, now = connection.execute, time.time()
    execute("BEGIN IMMEDIATE")
    execute("SELECT 1 FROM worktree LIMIT 1").fetchone()
    execute(f"SELECT {_AGENT} FROM agent WHERE id = ?", (HOLDER,)).fetchone()  # noqa: S608  names of ours
    execute(_REVIEWS).fetchone()
    execute("SELECT 1 FROM budget LIMIT 1").fetchone()
    execute(f"SELECT {_AGENT} FROM agent WHERE due_at <= ?", (now,)).fetchall()  # noqa: S608  names of ours
    rows = execute(_TAKE, (now,)).fetchall()
    for seq, task, scope, anchors, token in rows:
        anchor, _, pattern = anchors.partition("\t")
        query, values = tokens_around(anchor)
        execute(query, values).fetchall()
        execute("INSERT INTO event VALUES (?, ?, ?, 'claimed', ?, NULL)", (token, now, HOLDER, task))
        execute(_LEASE, (token, HOLDER, seq, None, scope, None, now, SECONDS))
        execute("INSERT OR IGNORE INTO ground VALUES (?, ?, ?)", (anchor, token, pattern))
        execute(_DUE, (now + SECONDS, HOLDER, now + SECONDS))
    execute("COMMIT")
    return int(rows[0][0]) if rows else None


if __name__ == "__main__":
    report(measure())
