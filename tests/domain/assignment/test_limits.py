"""What keeps an agent to less than all tools, and as what the agents that it starts are started."""

from __future__ import annotations

import pytest

from mcp_server.domain.assignment.limits import Held, Limit, Member, limits_of, start_as
from mcp_server.domain.assignment.roles import RoleSettings

OWN = (RoleSettings("docs", tools=("Read", "Edit")), RoleSettings("lead", tools=("Read", "Grep", "Glob", "Agent")))


def holding(*roles: str | None, kind: str | None = None) -> Member:
    return Member(kind, [Held(f"T{number}", role) for number, role in enumerate(roles, start=1)])


def names(limits: tuple[Limit, ...]) -> list[list[str]]:
    return [[role.name for role in limit.roles] for limit in limits]


@pytest.mark.parametrize(
    ("family", "expected"),
    [
        ([holding()], []),
        ([holding(None)], []),
        ([holding("reader")], [["reader"]]),
        ([holding("reader", "tester")], [["reader", "tester"]]),
        ([holding("reader", None)], []),
        ([holding(kind="interlock:tester")], [["tester"]]),
        ([holding(kind="general-purpose")], []),
        ([holding(kind="docs")], [["docs"]]),
        ([holding("writer", kind="interlock:reader")], [["reader"], ["writer"]]),
        ([holding("writer"), holding("tester")], [["writer"], ["tester"]]),
        ([holding(), holding(), holding("reader")], [["reader"]]),
    ],
)
def test_every_agent_of_a_family_limits_those_below_it(family: list[Member], expected: list[list[str]]) -> None:
    assert names(limits_of(family, OWN)) == expected


def test_of_several_claims_any_one_lets_the_agent_use_a_tool() -> None:
    [limit] = limits_of([holding("reader", "writer")], OWN)
    assert limit.has("Edit")
    assert limit.edits
    assert not limit.only_reads
    assert not limit.has("Agent")


def test_a_refusal_says_whose_role_it_is_and_what_to_do_in_at_most_600_characters() -> None:
    [started, held] = limits_of([holding("reader", kind="interlock:tester")], OWN)
    assert "you were started as interlock:tester, a tester (runs commands and tests" in started.refusal("Edit", "run")
    said = held.refusal("src/" + "x" * 900, "written")
    assert "your task T1, whose role is reader" in said
    assert 'update_task("T1", status="released") with a note' in said
    assert "plan_tasks" in said
    assert len(said) <= 600
    [above] = limits_of([holding(), holding("reader")], OWN)
    assert "the agent that you work under holds task T1" in above.refusal("Edit", "run")
    assert "released" not in above.refusal("Edit", "run")


@pytest.mark.parametrize(
    ("role", "asked", "kind"),
    [
        (None, "general-purpose", None),
        (None, "interlock:writer", None),
        ("reader", "general-purpose", "interlock:reader"),
        ("reader", None, "interlock:reader"),
        ("reader", "interlock:writer", "interlock:reader"),
        ("tester", "interlock:reader", None),
        ("writer", "interlock:writer", None),
        ("docs", "general-purpose", None),
    ],
)
def test_the_role_of_the_task_decides_as_what_an_agent_is_started(
    role: str | None, asked: str | None, kind: str | None
) -> None:
    start = start_as((), role, asked, OWN)
    assert (start.kind, start.refusal) == (kind, "")


@pytest.mark.parametrize(
    ("parent", "role", "asked", "kind"),
    [
        ("writer", None, "general-purpose", "interlock:writer"),
        ("tester", None, None, "interlock:tester"),
        ("lead", None, "general-purpose", "interlock:reader"),
        ("lead", None, "interlock:reader", None),
        ("lead", "reader", "interlock:writer", "interlock:reader"),
        ("writer", "tester", "general-purpose", "interlock:tester"),
        ("tester", "writer", "interlock:reader", None),
    ],
)
def test_a_child_of_no_role_gets_what_its_parent_has_at_most(
    parent: str, role: str | None, asked: str | None, kind: str | None
) -> None:
    start = start_as(limits_of([holding(parent)], OWN), role, asked, OWN)
    assert (start.kind, start.refusal) == (kind, "")


def test_a_child_is_narrowed_where_its_parents_role_only_takes_tools_away_if_the_guard_would_not_hold_it() -> None:
    limits = limits_of([holding("quiet")], (RoleSettings("quiet", deny=("Bash",)),))
    assert start_as(limits, None, "general-purpose").kind is None
    assert start_as(limits, None, "general-purpose", held=False).kind == "interlock:reader"


@pytest.mark.parametrize(
    ("parent", "role", "asked", "instead"),
    [
        ("lead", None, "interlock:writer", "interlock:reader"),
        ("lead", "tester", "general-purpose", "interlock:reader"),
        ("tester", "writer", "general-purpose", "interlock:tester"),
        ("reader", None, "docs", "interlock:reader"),
    ],
)
def test_a_child_that_would_have_more_is_refused_with_the_type_that_may_be_started(
    parent: str, role: str | None, asked: str, instead: str
) -> None:
    start = start_as(limits_of([holding(parent)], OWN), role, asked, OWN)
    assert start.kind is None
    assert "would have more than you" in start.refusal
    assert f'subagent_type="{instead}"' in start.refusal
