"""Arriving: who a caller is, what it is called, and that it stays the same agent."""

from __future__ import annotations

import pytest

from mcp_server.core.arriving import LONGEST_NAME, Caller
from mcp_server.domain.agent import Agent
from tests.worlds import BEGINNING, World, task


def agent(world: World, agent_id: int) -> Agent:
    with world.store.reading() as books:
        return books.agents.get(agent_id)


def name(world: World, caller: Caller) -> str:
    return agent(world, world.recognise(caller)).name


def test_a_session_is_the_same_agent_every_time(world: World) -> None:
    first = world.recognise(Caller("s-1", title="ada"))
    world.clock.advance(5)
    assert world.recognise(Caller("s-1", title="another title")) == first
    found = agent(world, first)
    assert (found.name, found.kind, found.joined_at, found.seen_at) == ("ada", "session", BEGINNING, BEGINNING + 5)
    assert [event.subject for event in world.events("joined")] == ["ada"]


def test_names_come_from_the_session_then_the_worktree_then_a_number(world: World) -> None:
    assert name(world, Caller("s-1", title="Fix the parser", worktree_name="wt")) == "Fix-the-parser"
    assert name(world, Caller("s-2", worktree_name="feature-x")) == "feature-x"
    assert name(world, Caller("s-3")) == "agent-1"
    assert name(world, Caller("s-4")) == "agent-2"


def test_a_name_that_is_taken_gets_a_number(world: World) -> None:
    assert [name(world, Caller(f"s-{number}", title="ada")) for number in range(3)] == ["ada", "ada-2", "ada-3"]


def test_a_name_stays_taken_when_its_agent_has_ended(world: World) -> None:
    world.agent("ada")
    world.leaves("ada")
    assert name(world, Caller("s-2", title="ada")) == "ada-2"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("all", "agent-1"),
        ("", "agent-1"),
        ("  ", "agent-1"),
        ("---", "agent-1"),
        ("a/b c\nd\0e\ud800f", "a-b-c-d-e-f"),
        ("Ünï_c.öde", "Ünï_c.öde"),
    ],
)
def test_a_name_is_one_word_that_can_be_typed(world: World, title: str, expected: str) -> None:
    assert name(world, Caller("s-1", title=title)) == expected


def test_a_long_name_is_cut(world: World) -> None:
    assert len(name(world, Caller("s-1", title="x" * 1_000_000))) <= LONGEST_NAME


def test_subagents_are_named_after_their_parent_and_type(world: World) -> None:
    world.agent("ada")
    names = [
        name(world, Caller("ada", "x1", "general purpose")),
        name(world, Caller("ada", "x2", "general purpose")),
        name(world, Caller("ada", "x3", "Explore")),
        name(world, Caller("ada", "x4")),
    ]
    assert names == ["ada/general-purpose-1", "ada/general-purpose-2", "ada/Explore-1", "ada/agent-1"]


def test_a_subagent_brings_a_parent_that_was_never_seen(world: World) -> None:
    sub = agent(world, world.recognise(Caller("s-1", "x1", "worker", title="ada")))
    assert sub.kind == "subagent"
    assert sub.parent == world.recognise(Caller("s-1", title="ada"))
    assert sub.name == "ada/worker-1"


def test_a_subagent_at_work_keeps_its_parent_alive(world: World) -> None:
    world.plan(task("A", "src"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    for _ in range(3):
        world.clock.advance(1_000)
        world.subagent("ada", "x1")
    assert world.refused(world.agent("bob"), "A").holder == "ada"


def test_clearing_gives_a_new_session_and_keeps_the_agent_and_its_claim(world: World) -> None:
    world.plan(task("A", "src"))
    ada = world.agent("ada", pid=7)
    world.claimed(ada, "A")
    world.leaves("ada")
    process = world.processes.identify(7)
    assert world.recognise(Caller("s-new", process=process), after_clear=True) == ada
    assert world.recognise(Caller("s-new", process=process)) == ada
    assert world.recognise(Caller("ada", process=process)) == ada
    assert world.rule(ada, "src/a") == "own"
    assert world.refused(world.agent("bob"), "A").holder == "ada"


def test_a_new_session_in_the_same_process_is_another_agent_unless_it_was_cleared(world: World) -> None:
    ada = world.agent("ada", pid=7)
    process = world.processes.identify(7)
    assert world.recognise(Caller("s-new", process=process)) != ada


def test_clearing_in_a_process_that_was_never_seen_is_a_new_agent(world: World) -> None:
    ada = world.agent("ada", pid=7)
    stranger = world.recognise(Caller("s-new", process=world.processes.identify(8)), after_clear=True)
    assert stranger != ada
    assert world.recognise(Caller("s-other"), after_clear=True) not in (ada, stranger)


def test_a_subagents_process_is_not_taken_for_its_own_session(world: World) -> None:
    ada = world.agent("ada", pid=7)
    process = world.processes.identify(7)
    world.recognise(Caller("ada", "x1", "worker", process=process))
    assert world.recognise(Caller("s-new", process=process), after_clear=True) == ada


def test_a_process_id_that_is_used_again_is_another_process(world: World) -> None:
    ada = world.agent("ada", pid=7)
    process = world.processes.identify(7)
    assert process is not None
    later = process._replace(started="later")
    assert world.recognise(Caller("s-new", process=later), after_clear=True) != ada


def test_the_end_of_a_session_ends_its_subagents(world: World) -> None:
    ada = world.agent("ada")
    sub = world.subagent("ada", "x1")
    world.leaves("ada")
    assert agent(world, ada).ended_at == agent(world, sub).ended_at == BEGINNING


def test_the_end_of_a_subagent_ends_it_alone(world: World) -> None:
    ada = world.agent("ada")
    sub = world.subagent("ada", "x1")
    world.leaves("ada/x1")
    assert agent(world, ada).ended_at is None
    assert agent(world, sub).ended_at == BEGINNING


def test_a_connection_and_a_person_are_agents_of_their_kind(world: World) -> None:
    person = world.recognise(Caller("person:ada", title="ada", kind="person"))
    assert agent(world, person).kind == "person"
