"""A state that mirrors a database: its time, and for how long what it says of others counts."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from mcp_server.adapters.sqlite.ids import STRIDE
from mcp_server.adapters.sqlite.mirror.state import read
from mcp_server.domain.machines.mirror import MOST
from tests.workspace import LEASE, START_TIME, Workspace, task


def test_a_state_that_mirrors_nothing_says_so(workspace: Workspace) -> None:
    connection = sqlite3.connect(workspace.file)
    assert read(connection) is None
    with workspace.store.reading() as books:
        assert books.mirror is None


def test_the_time_in_a_mirror_is_the_databases(workspace: Workspace) -> None:
    workspace.mirrors(ahead=-40.0)
    for transaction in (workspace.store.reading, workspace.store.writing):
        with transaction() as books:
            assert books.now == START_TIME - 40
            assert books.mirror is not None
            assert books.mirror.host == "here"


def test_an_agent_of_another_machine_is_silent_for_no_longer_than_is_known_of_it(workspace: Workspace) -> None:
    workspace.mirrors(number=1)
    workspace.plan(task("T1", "src/"))
    workspace.claimed(workspace.elsewhere("ben@build-2", number=2), "T1")
    anna = workspace.agent("anna")
    workspace.clock.advance(LEASE + 60)
    workspace.mirrored(trouble="connection refused", as_of=START_TIME + 60)
    assert workspace.rule(anna, "src/a.py") == "held"
    workspace.mirrored(as_of=START_TIME + LEASE + 60)
    assert workspace.rule(anna, "src/a.py") == "free"


def test_an_agent_of_this_machine_expires_as_ever_while_the_database_cannot_be_reached(workspace: Workspace) -> None:
    workspace.mirrors(number=0)
    workspace.plan(task("T1", "src/"))
    with workspace.store.writing() as books:
        number = books.agents.add("ben", "ben@here", "session", parent=None, process=None, worktree="/r").id
    workspace.claimed(number, "T1")
    anna = workspace.agent("anna")
    workspace.clock.advance(LEASE + 60)
    workspace.mirrored(trouble="connection refused", as_of=START_TIME)
    assert workspace.rule(anna, "src/a.py") == "free"


def test_a_machine_that_comes_back_learns_at_its_next_step_that_its_claim_was_taken_over(workspace: Workspace) -> None:
    workspace.mirrors(number=1)
    workspace.plan(task("T1", "src/"))
    ben = workspace.elsewhere("ben@build-2", number=2)
    workspace.claimed(ben, "T1")
    workspace.clock.advance(LEASE + 60)
    workspace.mirrored(as_of=START_TIME + LEASE + 60)
    workspace.claimed(workspace.agent("anna"), "T1")
    assert workspace.rule(ben, "src/a.py") == "taken_over"


def test_the_file_of_a_mirror_can_be_read_by_itself(workspace: Workspace, tmp_path: Path) -> None:
    assert tmp_path in workspace.file.parents
    workspace.mirrors(number=7, host="laptop")
    mirror = read(sqlite3.connect(workspace.file))
    assert mirror is not None
    assert (mirror.number, mirror.host, mirror.trouble) == (7, "laptop", None)


def test_another_machine_that_is_a_copy_of_this_one_was_not_restarted(workspace: Workspace) -> None:
    workspace.mirrors(number=1)
    workspace.plan(task("T1", "src/"))
    ben = workspace.elsewhere("ben@build-2", number=2)
    workspace.claimed(ben, "T1")
    workspace.change("UPDATE agent SET tick_of = 'machine/boot-7' WHERE id = ?", (ben,))
    assert workspace.rule(workspace.agent("anna"), "src/a.py") == "held"


def test_what_makes_ids_and_what_says_whose_they_are_count_alike() -> None:
    assert STRIDE == MOST  # two constants, since a hook that makes ids loads nothing of what a mirror is
