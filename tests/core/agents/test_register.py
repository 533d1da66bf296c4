"""Registering: who a caller is, what it is called, and that it stays the same agent."""

from __future__ import annotations

import pytest

from mcp_server.core.agents import register
from mcp_server.core.agents.register import LONGEST_NAME, Caller
from mcp_server.domain.agent import Agent
from tests.workspace import START_TIME, Workspace, task


def agent(workspace: Workspace, agent_id: int) -> Agent:
    with workspace.store.reading() as books:
        return books.agents.get(agent_id)


def name(workspace: Workspace, caller: Caller) -> str:
    return agent(workspace, workspace.recognise(caller)).name


def test_a_session_is_the_same_agent_every_time(workspace: Workspace) -> None:
    first = workspace.recognise(Caller("s-1", title="ada"))
    workspace.clock.advance(5)
    assert workspace.recognise(Caller("s-1", title="another title")) == first
    found = agent(workspace, first)
    assert (found.name, found.kind, found.joined_at, found.seen_at) == ("ada", "session", START_TIME, START_TIME + 5)
    assert [event.subject for event in workspace.events("joined")] == ["ada"]


def test_names_come_from_the_session_then_the_worktree_then_a_number(workspace: Workspace) -> None:
    assert name(workspace, Caller("s-1", title="Fix the parser", worktree_name="wt")) == "Fix-the-parser"
    assert name(workspace, Caller("s-2", worktree_name="feature-x")) == "feature-x"
    assert name(workspace, Caller("s-3")) == "agent-1"
    assert name(workspace, Caller("s-4")) == "agent-2"


def test_a_name_that_is_taken_gets_a_number(workspace: Workspace) -> None:
    assert [name(workspace, Caller(f"s-{number}", title="ada")) for number in range(3)] == ["ada", "ada-2", "ada-3"]


@pytest.mark.parametrize("ends", ["leaves", "is killed"])
def test_a_session_that_is_opened_again_by_its_name_is_the_same_agent(workspace: Workspace, ends: str) -> None:
    workspace.plan(task("A", "src"), task("B", "lib"))
    ada, bob = workspace.agent("ada", pid=7), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.claimed(ada, "B")
    if ends == "leaves":
        workspace.leaves("ada")
    else:
        workspace.kill(7)
    workspace.claimed(bob, "B")
    with workspace.store.writing() as books:
        books.inbox.post(bob, ada, "for you", "wherever you are")
    process = workspace.processes.identify(8)
    again = workspace.recognise(Caller("s-2", title="ada", process=process, worktree="/elsewhere"))
    with workspace.store.reading() as books:
        agent = books.agents.get(again)
    assert (again, agent.name, agent.process, agent.worktree) == (ada, "ada", process, "/elsewhere")
    assert "for you" in [message.subject for message in workspace.inbox(ada)]
    assert workspace.rule(ada, "src/a") == "own"
    assert workspace.rule(ada, "docs/a") == "outside", "of what was taken a new conversation need not be told"


def test_the_name_of_an_agent_that_lives_or_of_a_person_stays_taken(workspace: Workspace) -> None:
    workspace.agent("ada", pid=7)
    workspace.recognise(Caller("person:pat", title="pat", kind="person"))
    workspace.leaves("person:pat")
    assert name(workspace, Caller("s-2", title="ada")) == "ada-2"
    assert name(workspace, Caller("s-3", title="pat")) == "pat-2"


def test_a_teammate_has_one_name_in_its_leads_process_and_in_one_of_its_own(workspace: Workspace) -> None:
    lead = workspace.agent("lead", pid=7)
    inside = Caller("lead", "aalice-0123456789abcdef", "alice", teammate="alice")
    beside = Caller("s-2", teammate="bob", lead="lead", process=workspace.processes.identify(8))
    assert name(workspace, inside) == "lead/alice"
    assert name(workspace, beside) == "lead/bob"
    with workspace.store.reading() as books:
        found = [books.agents.named(called) for called in ("lead/alice", "lead/bob")]
    assert [agent and (agent.parent, agent.kind) for agent in found] == [(lead, "subagent"), (lead, "session")]


def test_a_teammate_that_is_started_again_is_the_same_agent(workspace: Workspace) -> None:
    workspace.agent("lead", pid=7)
    first = Caller("lead", "aalice-0123456789abcdef", "alice", teammate="alice")
    alice = workspace.recognise(first)
    assert name(workspace, first._replace(subagent="aalice-1")) == "lead/alice-2", "the first one is in a turn"
    with workspace.store.writing() as books:
        register.stop(books, first.key)
    assert workspace.recognise(first._replace(subagent="aalice-2")) == alice
    pane = Caller("s-2", teammate="carl", lead="lead", process=workspace.processes.identify(8))
    carl = workspace.recognise(pane)
    workspace.kill(8)
    assert workspace.recognise(pane._replace(session="s-3", process=workspace.processes.identify(9))) == carl


def test_a_lead_that_ends_takes_the_teammates_in_its_process_along_and_no_others(workspace: Workspace) -> None:
    workspace.agent("lead", pid=7)
    inside = workspace.recognise(Caller("lead", "aalice-0123456789abcdef", "alice", teammate="alice"))
    beside = workspace.recognise(Caller("s-2", teammate="bob", lead="lead", process=workspace.processes.identify(8)))
    workspace.leaves("lead")
    with workspace.store.reading() as books:
        assert [books.agents.get(agent).ended_at is None for agent in (inside, beside)] == [False, True]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("all", "agent-1"),
        ("", "agent-1"),
        ("  ", "agent-1"),
        ("...", "agent-1"),
        ("_", "agent-1"),
        ("---", "agent-1"),
        ("a/b c\nd\0e\ud800f", "a-b-c-d-e-f"),
        ("Ünï_c.öde", "Ünï_c.öde"),
    ],
)
def test_a_name_is_one_word_that_can_be_typed(workspace: Workspace, title: str, expected: str) -> None:
    assert name(workspace, Caller("s-1", title=title)) == expected


def test_a_long_name_is_cut(workspace: Workspace) -> None:
    assert len(name(workspace, Caller("s-1", title="x" * 1_000_000))) <= LONGEST_NAME


def test_subagents_are_named_after_their_parent_and_type(workspace: Workspace) -> None:
    workspace.agent("ada")
    names = [
        name(workspace, Caller("ada", "x1", "general purpose")),
        name(workspace, Caller("ada", "x2", "general purpose")),
        name(workspace, Caller("ada", "x3", "Explore")),
        name(workspace, Caller("ada", "x4")),
    ]
    assert names == ["ada/general-purpose-1", "ada/general-purpose-2", "ada/Explore-1", "ada/agent-1"]


def test_a_subagent_brings_a_parent_that_was_never_seen(workspace: Workspace) -> None:
    sub = agent(workspace, workspace.recognise(Caller("s-1", "x1", "worker", title="ada")))
    assert sub.kind == "subagent"
    assert sub.parent == workspace.recognise(Caller("s-1", title="ada"))
    assert sub.name == "ada/worker-1"


def test_an_active_subagent_keeps_its_parent_active(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    for _ in range(3):
        workspace.clock.advance(1_000)
        workspace.subagent("ada", "x1")
    assert workspace.refused(workspace.agent("bob"), "A").holder == "ada"


def test_clearing_gives_a_new_session_and_keeps_the_agent_and_its_claim(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada", pid=7)
    workspace.claimed(ada, "A")
    workspace.leaves("ada")
    process = workspace.processes.identify(7)
    assert workspace.recognise(Caller("s-new", process=process), after_clear=True) == ada
    assert workspace.recognise(Caller("s-new", process=process)) == ada
    assert workspace.recognise(Caller("ada", process=process)) == ada
    assert workspace.rule(ada, "src/a") == "own"
    assert workspace.refused(workspace.agent("bob"), "A").holder == "ada"


def test_a_new_session_in_the_same_process_is_another_agent_unless_it_was_cleared(workspace: Workspace) -> None:
    ada = workspace.agent("ada", pid=7)
    process = workspace.processes.identify(7)
    assert workspace.recognise(Caller("s-new", process=process)) != ada


def test_clearing_in_a_process_that_was_never_seen_is_a_new_agent(workspace: Workspace) -> None:
    ada = workspace.agent("ada", pid=7)
    stranger = workspace.recognise(Caller("s-new", process=workspace.processes.identify(8)), after_clear=True)
    assert stranger != ada
    assert workspace.recognise(Caller("s-other"), after_clear=True) not in (ada, stranger)


def test_a_subagents_process_is_not_taken_for_its_own_session(workspace: Workspace) -> None:
    ada = workspace.agent("ada", pid=7)
    process = workspace.processes.identify(7)
    workspace.recognise(Caller("ada", "x1", "worker", process=process))
    assert workspace.recognise(Caller("s-new", process=process), after_clear=True) == ada


def test_a_process_id_that_is_used_again_is_another_process(workspace: Workspace) -> None:
    ada = workspace.agent("ada", pid=7)
    process = workspace.processes.identify(7)
    assert process is not None
    later = process._replace(started="later")
    assert workspace.recognise(Caller("s-new", process=later), after_clear=True) != ada


def test_the_end_of_a_session_ends_its_subagents(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    sub = workspace.subagent("ada", "x1")
    workspace.leaves("ada")
    assert agent(workspace, ada).ended_at == agent(workspace, sub).ended_at == START_TIME


def test_the_end_of_a_subagent_ends_it_alone(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    sub = workspace.subagent("ada", "x1")
    workspace.leaves("ada/x1")
    assert agent(workspace, ada).ended_at is None
    assert agent(workspace, sub).ended_at == START_TIME


def test_a_connection_and_a_person_are_agents_of_their_kind(workspace: Workspace) -> None:
    person = workspace.recognise(Caller("person:ada", title="ada", kind="person"))
    assert agent(workspace, person).kind == "person"
