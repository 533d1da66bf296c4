"""Ports and names are allocated to one worktree each, and stay allocated."""

from __future__ import annotations

import pytest

from mcp_server.core.board.board import read_board
from mcp_server.core.leases.lock import Busy, lock_resource
from mcp_server.core.shared_state import write
from mcp_server.core.worktrees.ports import LONGEST_NAME, allocate, allocated, release
from mcp_server.domain.errors import Misuse
from mcp_server.domain.settings import WorktreeSettings
from tests.workspace import Workspace


def wanting(workspace: Workspace, **wanted: object) -> None:
    workspace.settings = workspace.settings._replace(worktree=WorktreeSettings()._replace(**wanted))  # type: ignore[arg-type]


def free(_port: int) -> bool:
    return True


def test_where_nothing_is_asked_for_nothing_is_given(workspace: Workspace) -> None:
    assert allocate(workspace.place, "one", "one", free) == {}
    assert workspace.leases() == []


def test_each_worktree_gets_its_own_and_keeps_it(workspace: Workspace) -> None:
    wanting(workspace, ports=(("PORT", 3000), ("HMR", 3000)), names=(("DB", "app"),))
    one = allocate(workspace.place, "one", "One-Ü", free)
    two = allocate(workspace.place, "two", "two", lambda port: port != 3003)
    assert one == {"PORT": "3000", "HMR": "3001", "DB": "app_one_u"}
    assert two == {"PORT": "3002", "HMR": "3004", "DB": "app_two"}
    assert allocate(workspace.place, "one", "One-Ü", free) == one


def test_names_that_would_be_the_same_are_numbered_and_never_too_long(workspace: Workspace) -> None:
    wanting(workspace, names=(("DB", "app"),))
    assert allocate(workspace.place, "a/b", "a-b", free)["DB"] == "app_a_b"
    assert allocate(workspace.place, "a-b", "a-b", free)["DB"] == "app_a_b_2"
    assert len(allocate(workspace.place, "long", "x" * 200, free)["DB"]) <= LONGEST_NAME


def test_no_worktree_gets_the_name_that_the_main_checkout_uses(workspace: Workspace) -> None:
    wanting(workspace, names=(("DB", "app"),))
    given_out = [allocate(workspace.place, folder, folder, free)["DB"] for folder in ("日本語", "中文", "Größe", "✨")]
    assert given_out == ["app_2", "app_3", "app_grosse", "app_4"]


def test_an_allocation_is_a_lock_that_does_not_expire_and_that_others_see(workspace: Workspace) -> None:
    wanting(workspace, ports=(("PORT", 3000),))
    allocate(workspace.place, "one", "one", free)
    workspace.clock.advance(30 * 24 * 3600)
    ada = workspace.agent("ada")
    busy = lock_resource(workspace.place, ada, "port:3000")
    assert isinstance(busy, Busy)
    assert (busy.holder, busy.purpose) == ("worktree one", "PORT")


def test_a_port_that_an_agent_has_locked_is_not_given(workspace: Workspace) -> None:
    wanting(workspace, ports=(("PORT", 3000),))
    lock_resource(workspace.place, workspace.agent("ada"), "port:3000")
    assert allocate(workspace.place, "one", "one", free) == {"PORT": "3001"}


def test_a_released_allocation_is_free_for_the_next(workspace: Workspace) -> None:
    wanting(workspace, ports=(("PORT", 3000),))
    allocate(workspace.place, "one", "one", free)
    with workspace.store.writing() as books:
        assert release(books, "one")
        assert not release(books, "one")
        assert allocated(books, "one") == {}
    assert allocate(workspace.place, "two", "two", free) == {"PORT": "3000"}


def test_a_worktree_that_holds_something_is_nobody_to_talk_to(workspace: Workspace) -> None:
    wanting(workspace, ports=(("PORT", 3000),))
    ada = workspace.agent("ada")
    workspace.agent("ben")
    allocate(workspace.place, "one", "one", free)
    board = read_board(workspace.place)
    assert sorted(agent.name for agent in board.agents) == ["ada", "ben"]
    assert [lock.holder_name for lock in board.locks] == ["worktree one"]
    assert write.send_message(workspace.place, ada, "all", "hello").delivered_to == ("ben",)


def test_a_lack_of_ports_is_reported(workspace: Workspace) -> None:
    wanting(workspace, ports=(("PORT", 65_000),))
    with pytest.raises(Misuse, match="no port from 65000 upwards is free for PORT"):
        allocate(workspace.place, "one", "one", lambda _port: False)
    assert workspace.leases() == []
