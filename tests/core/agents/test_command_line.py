"""Which agent a command on the command line belongs to."""

from __future__ import annotations

import pytest

from mcp_server.core.agents.command_line import PersonsAct, agent_in, announce, refuse_agent, refuse_name
from mcp_server.core.agents.register import Caller
from mcp_server.domain.agent import Agent, Process
from mcp_server.domain.errors import Misuse
from tests.workspace import Workspace


class FakeShell:
    """A shell as a test describes it."""

    def __init__(self, session: str | None = None, above: tuple[int, ...] = (), text: str = "") -> None:
        self.session = session
        self.ancestors = tuple(Process("here", pid, f"start of {pid}") for pid in above)
        self._text = text

    def runs(self, command: str) -> bool:
        """Whether its text is this command."""
        return command == self._text


def caller(workspace: Workspace, shell: FakeShell) -> Agent | None:
    with workspace.store.writing() as books:
        return agent_in(books, workspace.processes, shell, "/repository")


def begins(workspace: Workspace, agent_id: int, call: str, text: str) -> None:
    with workspace.store.writing() as books:
        books.commands.began(call, agent_id, "/repository", text, confined=False, may_write=True)


def test_a_terminal_is_a_persons(workspace: Workspace) -> None:
    workspace.agent("ada", pid=7)
    assert caller(workspace, FakeShell(above=(3, 2))) is None


def test_in_a_session_it_is_the_sessions_agent(workspace: Workspace) -> None:
    ada = workspace.agent("ada", pid=7)
    found = caller(workspace, FakeShell("ada", above=(9, 7)))
    assert found is not None
    assert found.id == ada


def test_without_the_sessions_variable_its_client_above_is_enough(workspace: Workspace) -> None:
    ada = workspace.agent("ada", pid=7)
    found = caller(workspace, FakeShell(None, above=(9, 8, 7)))
    assert found is not None
    assert found.id == ada


def test_a_session_that_was_never_seen_becomes_an_agent_and_not_a_person(workspace: Workspace) -> None:
    found = caller(workspace, FakeShell("new"))
    assert found is not None
    assert found.kind == "session"
    assert workspace.recognise(Caller(session="new")) == found.id


def test_a_terminal_that_outlived_its_session_is_a_persons(workspace: Workspace) -> None:
    workspace.agent("ada", pid=7)
    workspace.processes.gone.add(Process("here", 7, "start of 7"))
    assert caller(workspace, FakeShell("ada")) is None


def test_in_a_subagents_shell_it_is_the_subagent(workspace: Workspace) -> None:
    ada = workspace.agent("ada", pid=7)
    child = workspace.subagent("ada", "x1")
    begins(workspace, ada, "c1", "sleep 9")
    begins(workspace, child, "c2", "interlock claim T1")
    found = caller(workspace, FakeShell("ada", text="interlock claim T1"))
    assert found is not None
    assert found.id == child
    other = caller(workspace, FakeShell("ada", text="interlock board"))
    assert other is not None
    assert other.id == ada


def test_another_sessions_command_of_the_same_text_does_not_count(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    begins(workspace, workspace.agent("bob"), "c1", "interlock claim")
    found = caller(workspace, FakeShell("ada", text="interlock claim"))
    assert found is not None
    assert found.id == ada


def test_a_persons_act_is_refused_to_an_agent_names_the_line_and_is_logged(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    with workspace.store.reading() as books:
        agent = books.agents.get(ada)
    with pytest.raises(
        PersonsAct, match=r"only a person .* you are ada; .* terminal of their own: `interlock mode off`"
    ):
        refuse_agent(workspace.place, agent, "interlock mode off")
    [event] = workspace.events("refused")
    assert (event.agent, event.subject, event.detail) == ("ada", "`interlock mode off`", "a person's act")


def test_an_agent_has_one_name(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    with workspace.store.reading() as books:
        agent = books.agents.get(ada)
    refuse_name(agent, "ada")
    with pytest.raises(Misuse, match="you are ada: in a session --as can't be used"):
        refuse_name(agent, "bob")


def test_what_a_person_did_reaches_every_agent_and_no_other_person(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    eve = workspace.recognise(Caller(session="person:eve", title="eve", kind="person"))
    pat = workspace.recognise(Caller(session="person:pat", title="pat", kind="person"))
    with workspace.store.writing() as books:
        announce(books, books.agents.get(pat), "pat switched it off", "Stay in your scope.")
    assert [message.subject for message in workspace.inbox(ada)] == ["pat switched it off"]
    assert workspace.inbox(eve) == []
