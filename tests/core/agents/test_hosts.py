"""Names where several machines work: each has its host, which may be left out where no other agent is meant."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from mcp_server.adapters.sqlite.mirror import hosts
from mcp_server.adapters.sqlite.mirror.state import read
from mcp_server.core.agents.register import Caller
from mcp_server.core.shared_state.write import send_message
from mcp_server.core.worktrees import ports
from mcp_server.domain.errors import UnknownRecipient
from mcp_server.domain.settings import Settings, WorktreeSettings
from tests.workspace import Workspace, task


@pytest.fixture
def mirror(workspace: Workspace) -> Workspace:
    """This machine is called `here`."""
    workspace.mirrors(host="here")
    return workspace


def name(workspace: Workspace, caller: Caller) -> str:
    number = workspace.recognise(caller)
    with workspace.store.reading() as books:
        return books.agents.get(number).name


def test_every_new_agent_has_its_host_in_its_name(mirror: Workspace) -> None:
    assert name(mirror, Caller("s-1", title="ben")) == "ben@here"
    assert name(mirror, Caller("s-2", title="ben")) == "ben-2@here"
    assert name(mirror, Caller("s-3", worktree_name="feature-x")) == "feature-x@here"
    assert name(mirror, Caller("s-4")) == "agent-1@here"
    assert name(mirror, Caller("s-1", subagent="a", subagent_type="explore")) == "ben@here/explore-1"
    assert name(mirror, Caller("s-1", subagent="b", teammate="alice")) == "ben@here/alice"
    assert name(mirror, Caller("person:anna", title="anna", kind="person")) == "anna@here"


def test_a_name_that_is_given_with_this_host_is_the_same_name(mirror: Workspace) -> None:
    assert name(mirror, Caller("person:anna@here", title="anna@here", kind="person")) == "anna@here"
    assert name(mirror, Caller("person:anna", title="anna", kind="person")) == "anna@here"


def test_without_another_machine_no_name_has_a_host(workspace: Workspace) -> None:
    assert name(workspace, Caller("s-1", title="ben@here")) == "ben-here"


def test_a_session_that_comes_back_is_the_same_agent_again(mirror: Workspace) -> None:
    first = mirror.recognise(Caller("s-1", title="ben"))
    mirror.leaves("s-1")
    assert mirror.recognise(Caller("s-2", title="ben")) == first


def test_the_same_login_on_two_machines_is_two_persons(mirror: Workspace) -> None:
    there = mirror.elsewhere("anna@build-2")
    with mirror.store.writing() as books:
        books.agents.link("person:anna@build-2", there)
    assert name(mirror, Caller("person:anna", title="anna", kind="person")) == "anna@here"


def test_of_several_agents_of_other_machines_none_is_meant_and_a_message_names_them(mirror: Workspace) -> None:
    sender = mirror.agent("anna")
    mirror.elsewhere("ben@build-2")
    mirror.elsewhere("ben@build-3")
    with pytest.raises(UnknownRecipient, match="ben@build-2, ben@build-3"):
        send_message(mirror.place, sender, "ben", "look at T1 please")
    assert send_message(mirror.place, sender, "ben@build-3", "look at T1 please").delivered_to == ("ben@build-3",)


def test_worktrees_of_the_same_name_on_two_machines_hold_their_ports_apart(mirror: Workspace) -> None:
    there = mirror.elsewhere("worktree T1@build-2")
    mirror.settings = Settings(worktree=WorktreeSettings(ports=(("PORT", 4000),)))
    with mirror.store.writing() as books:
        books.agents.link("worktree:T1@build-2", there)
    assert ports.allocate(mirror.place, "T1", "folder", lambda _port: True) == {"PORT": "4000"}
    with mirror.store.reading() as books:
        holder = books.agents.find("worktree:T1")
    assert holder is not None
    assert holder.name == "worktree T1@here"


def test_when_a_state_becomes_a_mirror_its_agents_get_the_host(workspace: Workspace) -> None:
    ben = workspace.agent("ben")
    part = workspace.subagent("ben", "a")
    anna = workspace.recognise(Caller("person:anna", title="anna", kind="person"))
    workspace.plan(task("T1", "src/"), by="ben")
    workspace.claimed(ben, "T1")
    workspace.mirrors(host="here")
    with closing(sqlite3.connect(workspace.file, isolation_level=None)) as connection:
        mirror = read(connection)
        assert mirror is not None
        hosts.name_agents(connection, mirror)
        hosts.name_agents(connection, mirror)
    with workspace.store.reading() as books:
        names = [books.agents.get(number).name for number in (ben, part, anna)]
        found = books.agents.find("person:anna")
    assert names == ["ben@here", "ben@here/worker-1", "anna@here"]
    assert found is not None
    assert found.id == anna
    assert workspace.agent("ben") == ben
