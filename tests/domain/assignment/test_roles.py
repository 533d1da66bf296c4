"""Roles: which tools each has, and which is within which."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mcp_server.domain.assignment.roles import (
    BUILT_IN,
    OWN_TOOLS,
    UNGUARDED,
    RoleSettings,
    agent_tools,
    role_named,
    role_of_agent,
    role_of_type,
)

ROOT = Path(__file__).parents[3]
OWN = (
    RoleSettings("docs", tools=("Read", "Edit", "mcp__docs__*")),
    RoleSettings("quiet", deny=("Bash", "mcp__mail__*")),
    RoleSettings("lead", tools=("Read", "Task")),
)


@pytest.mark.parametrize(
    ("role", "has", "lacks"),
    [
        ("reader", "Read Grep Bash WebFetch Skill ToolSearch", "Edit Write MultiEdit NotebookEdit Agent Task Workflow"),
        ("reader", "", "Monitor CronCreate EnterWorktree PowerShell mcp__db__delete SomethingNew"),
        ("tester", "Bash mcp__browser__click", "Edit Write NotebookEdit Agent Workflow Monitor"),
        ("reviewer", "Bash WebSearch", "Edit Write mcp__browser__click Agent Workflow"),
        ("writer", "Edit MultiEdit Write NotebookEdit Bash Monitor mcp__browser__click", "Agent Task Workflow"),
        ("docs", "Read Edit MultiEdit mcp__docs__search", "Write Bash Agent WebFetch mcp__mail__send"),
        ("quiet", "Edit Agent WebFetch SomethingNew mcp__docs__search", "Bash mcp__mail__send"),
        ("lead", "Agent Task Read Grep", "Bash Edit Workflow"),
    ],
)
def test_a_role_has_its_tools_and_no_others(role: str, has: str, lacks: str) -> None:
    found = role_named(role, OWN)
    assert {tool: found.has(tool) for tool in has.split()} == dict.fromkeys(has.split(), True)
    assert {tool: found.has(tool) for tool in lacks.split()} == dict.fromkeys(lacks.split(), False)


def test_a_tool_of_another_server_that_only_reads_is_every_built_in_roles() -> None:
    assert all(role_named(name).has("mcp__db__query", reads=True) for name in BUILT_IN)
    assert not role_named("docs", OWN).has("mcp__db__query", reads=True)


def test_only_a_role_with_an_editor_edits() -> None:
    found = {name: role_named(name, OWN).edits for name in (*BUILT_IN, "docs", "quiet", "lead")}
    assert [name for name, edits in found.items() if edits] == ["writer", "docs", "quiet"]


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        *[(name, name) for name in (*BUILT_IN, "docs", "quiet", "lead")],
        ("reader", "reviewer"),
        ("reader", "tester"),
        ("reader", "writer"),
        ("reviewer", "tester"),
        ("reviewer", "writer"),
        ("tester", "writer"),
        ("lead", "quiet"),
        ("docs", "quiet"),
        ("docs", "writer"),
    ],
)
def test_a_role_with_less_is_within_one_with_more(inner: str, outer: str) -> None:
    assert role_named(inner, OWN).is_within(role_named(outer, OWN))
    assert inner == outer or not role_named(outer, OWN).is_within(role_named(inner, OWN))


@pytest.mark.parametrize(
    ("one", "other"),
    [("lead", "writer"), ("quiet", "writer"), ("docs", "lead"), ("lead", "reader"), ("docs", "tester")],
)
def test_roles_that_each_lack_what_the_other_has_are_within_neither(one: str, other: str) -> None:
    first, second = role_named(one, OWN), role_named(other, OWN)
    assert not first.is_within(second)
    assert not second.is_within(first)


def test_a_section_of_the_settings_replaces_the_role_of_that_name() -> None:
    own = (RoleSettings("reader", tools=("Read", "Bash")),)
    assert role_named("reader", own).has("Bash")
    assert not role_named("reader", own).only_reads
    assert not role_named("reader", own).has("WebFetch")


def test_a_role_that_the_settings_no_longer_name_only_reads() -> None:
    gone = role_named("docs")
    assert (gone.name, gone.edits, gone.only_reads) == ("docs", False, True)


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        ("interlock:reader", "reader"),
        ("interlock:none", None),
        ("reader", None),
        ("general-purpose", None),
        (None, None),
        ("docs", "docs"),
        ("interlock:docs", None),
    ],
)
def test_a_type_has_the_plugins_role_or_that_of_the_settings_with_its_name(kind: str | None, role: str | None) -> None:
    assert role_of_type(kind, OWN) == role


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_plugins_agent_lists_exactly_the_tools_of_its_role(name: str) -> None:
    text = (ROOT / "agents" / f"{name}.md").read_text()
    [tools] = re.findall(r"^tools: (.*)$", text, re.MULTILINE)
    assert tools.split(", ") == [*agent_tools(name), OWN_TOOLS]
    assert re.search(rf"^name: {name}$", text, re.MULTILINE)
    assert role_of_agent(name).is_within(role_named(name))


def test_the_guard_is_asked_about_every_tool_but_those_that_every_role_has() -> None:
    [group] = json.loads((ROOT / "hooks" / "hooks.json").read_text())["hooks"]["PreToolUse"]
    assert not any(re.search(group["matcher"], tool) for tool in UNGUARDED)
    others = "Edit Bash Agent Workflow WebFetch Skill Monitor SomethingNew ReadMore mcp__x__read".split()
    assert all(re.search(group["matcher"], tool) for tool in others)
    assert all(role_named(name).has(tool) for name in BUILT_IN for tool in UNGUARDED)
