"""What is too old in a repository is forgotten by a process that only has the standard library."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.hooks.conftest import Work
from tests.hooks.runner import ROOT

PRUNE = """
import sys
sys.path.insert(0, sys.argv[1])
from mcp_server import hook_app
from mcp_server.adapters.host.repository import repository_of
pauses = []
hook_app.prune(repository_of(sys.argv[2]), lambda: pauses.append(1))
print(len(pauses))
"""


def test_old_events_and_copies_go_in_steps_with_pauses(work: Work, repo: Path) -> None:
    work.claim(work.agent("s1", "ada"), "src/**")
    with closing(sqlite3.connect(work.file)) as connection:
        rows = [(-number, 1_000.0, "noise", "x") for number in range(1, 1_001)]
        connection.executemany("INSERT INTO event (id, at, kind, subject) VALUES (?, ?, ?, ?)", rows)
        connection.commit()
    copy = work.file.parent / "copies" / "repo" / "old.py"
    copy.parent.mkdir(parents=True)
    copy.write_text("x")
    os.utime(copy, (1_000, 1_000))

    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", PRUNE, str(ROOT), str(repo)], capture_output=True, text=True, check=True
    )

    assert int(done.stdout) >= 2
    assert not copy.exists()
    with closing(sqlite3.connect(work.file)) as connection:
        assert connection.execute("SELECT count(*) FROM event WHERE kind = 'noise'").fetchone() == (0,)
    with work.store.reading() as books:
        assert [lease.holder_name for lease in books.leases.all()] == ["ada"]
