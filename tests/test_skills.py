"""Do the skills say what is true, and something to every answer?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

import anyio
import pytest
from mcp_types import Tool

from hooks.event import failure
from hooks.event.event import Event
from mcp_server.answers import board, locks, messages, tasks
from mcp_server.answers.answer import Part
from mcp_server.core.tasks.refusals import Reason
from mcp_server.core.tasks.update import Move
from mcp_server.domain.decision import AgentRights, LiveLease, Loss, Policy, decide
from mcp_server.domain.other_worktree import Occupant, OtherWorktree
from mcp_server.domain.scopes.scope import parse
from mcp_server.domain.settings import Settings
from mcp_server.tools.server import build
from mcp_server.workflow_file.reader import read_workflow

ROOT = Path(__file__).resolve().parents[1]
SKILLS = sorted(path.parent.name for path in (ROOT / "skills").glob("*/SKILL.md"))
STARTED_BY_PEOPLE = {"audit", "codemod", "add-tests"}
"""A person types their names; an agent is not told of them."""
MOST_LINES = 80
MOST_CHARACTERS = 170
"""Of a description: every session has all of them in its context, wherever it works."""


class Skill(NamedTuple):
    """A skill as it is read: what stands in its head, and its text with the pages beside it."""

    head: dict[str, str]
    text: str
    lines: int


def skill(name: str) -> Skill:
    """The skill of this name; refuses one whose head is not a list of plain values."""
    whole = (ROOT / "skills" / name / "SKILL.md").read_text(encoding="utf-8")
    parts = re.fullmatch(r"---\n(.*?)\n---\n(.*)", whole, re.DOTALL)
    assert parts, "the head is fenced by ---"
    head = {}
    for line in parts[1].split("\n"):
        entry = re.fullmatch(r"([a-z-]+): (\S.*)", line)
        # A plain YAML value ends at ": " and at " #", and must not begin with a sign of YAML's own.
        assert entry and not re.search(r": | #|^[^A-Za-z]", entry[2]), line
        head[entry[1]] = entry[2]
    pages = sorted((ROOT / "skills" / name).glob("*.md"))
    beside = [page.read_text(encoding="utf-8") for page in pages if page.name != "SKILL.md"]
    return Skill(head, "\n".join([parts[2], *beside]), max(text.count("\n") for text in (whole, *beside)))


@cache
def tools() -> list[Tool]:
    """The tools that the real server offers; none of them is called."""
    nobody: Any = None
    server = build(nobody, locate=lambda _path, _directory: None, sleep=anyio.sleep, version="0")
    return anyio.run(server.list_tools)


@cache
def vocabulary() -> set[str]:
    """Every name that an agent may meet in a call, an answer or the settings."""
    found = [value for module in (board, locks, messages, tasks) for value in vars(module).values()]
    kinds = [kind for kind in found if isinstance(kind, type) and issubclass(kind, Part)]
    fields = {name for kind in kinds for name in kind.model_fields}
    schemas = [tool.input_schema for tool in tools()]
    words = {tool.name for tool in tools()} | fields | set(Settings._fields)
    return words | {word for schema in schemas for word in _words(schema)} | {*get_args(Reason), "not_in_use"}


def _words(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for item in schema:
            yield from _words(item)
    elif isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (choice for choice in schema.get("enum", ()) if isinstance(choice, str))
        for part in schema.values():
            yield from _words(part)


def test_there_are_skills() -> None:
    assert SKILLS


@pytest.mark.parametrize("name", SKILLS)
def test_a_skill_is_named_after_its_folder_and_after_what_one_is_doing(name: str) -> None:
    assert skill(name).head["name"] == name
    assert name in STARTED_BY_PEOPLE or re.fullmatch(r"[a-z]+ing(-[a-z]+)+", name)


@pytest.mark.parametrize("name", SKILLS)
def test_a_description_says_when_the_skill_is_for(name: str) -> None:
    description = skill(name).head["description"]
    assert name in STARTED_BY_PEOPLE or description.startswith("Use when ")
    assert len(description) <= MOST_CHARACTERS


def test_what_a_person_starts_costs_no_session_any_context_and_starts_a_workflow_of_its_name() -> None:
    heads = {name: skill(name).head for name in SKILLS}
    assert {name for name, head in heads.items() if head.get("disable-model-invocation") == "true"} == STARTED_BY_PEOPLE
    for name in STARTED_BY_PEOPLE:
        assert (ROOT / "workflows" / f"{name}.toml").exists()
        assert f"interlock workflow start {name} " in skill(name).text
        assert "$ARGUMENTS" in skill(name).text


@pytest.mark.parametrize("name", ["audit", "codemod", "add-tests"])
def test_a_skill_gives_a_workflow_only_parameters_that_it_has(name: str) -> None:
    workflow = read_workflow(name, (ROOT / "workflows" / f"{name}.toml").read_text(encoding="utf-8"), name)
    given = set(re.findall(r"\b([a-z]+)='", skill(name).text))
    assert given
    assert given <= {parameter.name for parameter in workflow.parameters}


@pytest.mark.parametrize("name", SKILLS)
def test_a_skill_is_short(name: str) -> None:
    assert skill(name).lines < MOST_LINES


@pytest.mark.parametrize("name", SKILLS)
def test_a_skill_uses_no_name_that_does_not_exist(name: str) -> None:
    used = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", skill(name).text))
    assert used <= vocabulary()


@pytest.mark.parametrize("name", SKILLS)
def test_a_skill_calls_tools_with_arguments_that_they_take(name: str) -> None:
    taken = {tool.name: set(tool.input_schema["properties"]) for tool in tools()}
    for tool, arguments in re.findall(r"`([a-z_]+)\(([^`]*)\)`", skill(name).text):
        named = re.findall(r"(?:^|, )([a-z_]+)=", arguments)
        assert set(named) <= taken[tool], tool


@pytest.mark.parametrize("name", SKILLS)
def test_a_skill_refers_only_to_skills_that_exist(name: str) -> None:
    assert set(re.findall(r"skill\s+([a-z]+(?:-[a-z]+)+)", skill(name).text)) <= set(SKILLS)


@pytest.mark.parametrize("name", SKILLS)
def test_a_skill_refers_only_to_pages_that_exist_and_to_each_of_its_own(name: str) -> None:
    folder = ROOT / "skills" / name
    named = {folder / page for page in re.findall(r"`([./a-z-]+\.md)`", skill(name).text)}
    assert [page for page in named if not page.exists()] == []
    assert {page.resolve() for page in folder.glob("*.md") if page.name != "SKILL.md"} <= {p.resolve() for p in named}


def test_every_tool_is_in_some_skill() -> None:
    written = "\n".join(skill(name).text for name in SKILLS)
    offered = {tool.name for tool in tools()}
    assert offered
    assert {tool for tool in offered if not re.search(rf"`{tool}\b", written)} == set()


@pytest.mark.parametrize("reason", [*get_args(Reason), "not_in_use"])
def test_every_reason_of_a_refused_claim_has_its_own_advice(reason: str) -> None:
    assert re.search(rf"^- `{reason}`: \S", skill("working-a-task").text, re.MULTILINE)


@pytest.mark.parametrize("status", get_args(Move))
def test_every_status_that_a_task_can_be_given_is_explained(status: str) -> None:
    assert f'status="{status}"' in skill("working-a-task").text


@pytest.mark.parametrize("answer", ["granted", "released"])
@pytest.mark.parametrize("outcome", ["true", "false"])
def test_both_answers_to_a_lock_and_to_an_unlock_are_explained(answer: str, outcome: str) -> None:
    assert f"- `{answer}` {outcome}: " in skill("working-a-task").text


@pytest.mark.parametrize("outcome", ["true", "false"])
def test_both_answers_to_a_wider_scope_are_explained(outcome: str) -> None:
    assert f"- `widened` {outcome}: " in skill("working-a-task").text


def test_every_refusal_of_the_guard_is_quoted_with_what_to_do() -> None:
    quoted = re.findall(r'^- "([^"]+)": \S', skill("handling-a-block").text, re.MULTILINE)
    for rule, reason in refusals().items():
        assert any(words in reason for words in quoted), f"{rule}: {reason}"


def test_a_guard_that_fails_is_quoted_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / ".git" / "interlock").mkdir(parents=True)
    answer = failure.refusal(Event({"cwd": str(tmp_path)}, {}, "/"), OSError("the disk is gone"))
    assert "could not decide" in answer
    assert '- "could not decide": ' in skill("handling-a-block").text


def refusals() -> dict[str, str]:
    """What the guard says, for each of its rules that refuses."""
    mine = LiveLease(1, "me", "T1", "Mine", None, 0.0, ("src/mine",))
    other = LiveLease(2, "them", "T2", "Theirs", None, 0.0, ("src/theirs",))
    calm, strict = (Policy("enforce", unclaimed, parse([])) for unclaimed in ("allow", "deny"))
    holder, lost, idle = (
        AgentRights((1,), [mine], None),
        AgentRights((1,), [], Loss("T1", "them", 0.0)),
        AgentRights((3,), [], None),
    )
    decisions = [
        decide("src/theirs/a", calm, holder, [other]),
        decide("elsewhere", calm, holder, []),
        decide("src/mine/a", calm, holder, [], OtherWorktree("/r/theirs", "/r/mine", Occupant("them", "T2"))),
        decide("src/mine/a", calm, lost, []),
        decide("anything", strict, idle, []),
        decide(".git/config", calm, idle, []),
    ]
    assert [decision.rule for decision in decisions] == [
        "held",
        "outside",
        "other_worktree",
        "taken_over",
        "unclaimed",
        "private",
    ]
    return {decision.rule: decision.reason for decision in decisions if not decision.allowed}
