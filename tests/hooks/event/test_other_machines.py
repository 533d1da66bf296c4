"""Hooks in a mirror: the holder's host, whose clock counts, and that nothing is loaded where there is no mirror."""

from __future__ import annotations

import sqlite3
from time import time

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks
from tests.hooks.test_import_budget import loaded


def change(work: Work, statement: str, *values: object) -> None:
    connection = sqlite3.connect(work.file, isolation_level=None)
    connection.execute(statement, values)
    connection.close()


@pytest.fixture
def mirrored(work: Work) -> Work:
    """This state mirrors a database whose clock is an hour ahead; ben holds `src` on another machine."""
    ahead = 3600.0
    change(
        work,
        "INSERT INTO mirror (one, number, host, schema, seq, as_of, ahead) VALUES (1, 7, 'here', 'test', 0, ?, ?)",
        time() + ahead,
        ahead,
    )
    ben = work.agent("elsewhere", "ben")
    work.claim(ben, "src/**")
    change(work, "UPDATE agent SET name = 'ben@build-2', tick_of = 'other/boot' WHERE id = ?", ben)
    return work


def test_an_edit_in_a_scope_on_another_machine_is_denied_for_the_sake_of_the_merge(
    hooks: Hooks, mirrored: Work
) -> None:
    said = hooks.send("PreToolUse", tool_name="Edit", tool_input={"file_path": str(hooks.repo / "src" / "a.py")})
    assert said.decision == "deny"
    assert "which ben@build-2 holds on another machine" in said.reason
    assert "as known at" not in said.reason
    change(mirrored, "UPDATE mirror SET as_of = as_of - 600, trouble = 'no route to host'")
    said = hooks.send("PreToolUse", tool_name="Edit", tool_input={"file_path": str(hooks.repo / "src" / "a.py")})
    assert "the database can't be reached" in said.reason


def test_a_session_that_starts_in_a_mirror_is_told_its_host_and_how_old_the_mirror_is(
    hooks: Hooks, mirrored: Work
) -> None:
    change(mirrored, "UPDATE mirror SET trouble = 'no route to host'")
    told = hooks.send("SessionStart", source="startup").told
    assert '"agent-1@here"' in told
    assert "ben@build-2: " in told
    assert "No route to host: what is said of other machines" in told
    assert len(told) <= 1_500


def test_only_in_a_mirror_a_hook_loads_what_is_said_of_one(hooks: Hooks, work: Work) -> None:
    edit = {"tool_name": "Edit", "tool_input": {"file_path": str(hooks.repo / "src" / "a.py")}}
    event: dict[str, object] = {"hook_event_name": "PreToolUse", "session_id": "s1", "cwd": str(hooks.repo), **edit}
    work.agent("x", "x")
    assert not any("mirror" in module for module in loaded("pre_tool_use.py", event, hooks))
    change(
        work, "INSERT INTO mirror (one, number, host, schema, seq, as_of) VALUES (1, 7, 'here', 'test', 0, ?)", time()
    )
    more = loaded("pre_tool_use.py", event, hooks)
    assert {module for module in more if "mirror" in module or "machines" in module} == {
        "mcp_server.adapters.sqlite.mirror",
        "mcp_server.adapters.sqlite.mirror.state",
        "mcp_server.domain.machines",
        "mcp_server.domain.machines.mirror",
        "mcp_server.domain.machines.names",
    }
