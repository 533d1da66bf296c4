"""The plan of a teammate at the command line: shown, approved, rejected; by its lead or a person, never by itself."""

from __future__ import annotations

import sqlite3

import pytest

from tests.cli.test_commands import Shell
from tests.cli.test_merge import interlock, trees

__all__ = ["interlock", "trees"]


@pytest.fixture
def team(trees: Shell) -> tuple[Shell, Shell, Shell]:
    """A person's terminal, a lead's session, and that of a teammate who holds A and has handed in a plan."""
    lead, alice = Shell(trees.directory, session="lead"), Shell(trees.directory, session="alice")
    lead("lock", "db")  # it is registered
    assert alice("claim", "A", "--json").json["granted"]
    with sqlite3.connect(trees.directory / ".git/interlock/state.db", timeout=20) as state:
        state.execute(
            "INSERT INTO teammate (agent, lead, gated, waits) SELECT a.agent, l.agent, 1, 1 "
            "FROM identity a, identity l WHERE a.key = 'alice' AND l.key = 'lead'"
        )
    state.close()
    assert alice("update", "A", "--status", "plan", "--note", "first a test").code == 0
    return trees, lead, alice


def written(agent: Shell) -> str:
    """What the guard would say of an edit in the task's worktree."""
    return str(agent("check", ".claude/worktrees/A-one/one", "--json").json["paths"][0]["reason"])


def test_it_is_shown_to_a_person_and_waits_on_the_board(team: tuple[Shell, Shell, Shell]) -> None:
    person, _, alice = team
    shown = person("review", "A")
    assert shown.code == 0
    assert "waits for its plan for A to be approved, by agent-1 or by you:\n\nfirst a test\n" in shown.out
    found = person("review", "A", "--json").json
    assert (found["task"], found["agent"], found["lead"], found["plan"]) == ("A", "agent-2", "agent-1", "first a test")
    assert "before the plan is approved" in written(alice)


def test_its_lead_approves_it_and_the_teammate_writes(team: tuple[Shell, Shell, Shell]) -> None:
    _, lead, alice = team
    done = lead("approve", "A", "--json")
    assert (done.code, done.json["approved"], done.json["agent"]) == (0, True, "agent-2")
    assert written(alice) == 'It is in the scope of your task A "One".'
    assert "your plan for A was approved by agent-1" in alice("message").out
    again = lead("approve", "A")
    assert (again.code, "does not wait for review" in again.err) == (1, True)


def test_a_person_rejects_it_with_a_reason(team: tuple[Shell, Shell, Shell]) -> None:
    person, _, alice = team
    said = person("reject", "A", "-m", "smaller steps")
    assert (said.code, "The plan for A is rejected: agent-2 writes nothing" in said.out) == (0, True)
    assert "rejected by pat: smaller steps" in alice("message").out
    assert "before the plan is approved" in written(alice)


def test_the_teammate_itself_decides_nothing(team: tuple[Shell, Shell, Shell]) -> None:
    _, _, alice = team
    for words in (("approve", "A"), ("reject", "A", "-m", "no")):
        refused = alice(*words)
        assert (refused.code, "only a person may do this" in refused.err) == (1, True)
    assert alice("review", "A", "--json").json["plan"] == "first a test"
