"""No tool, and no argument of one, in what a person reads: every text of the core, in a person's words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.showing.wording import for_people, scope_words

ROOT = Path(__file__).parents[2] / "mcp_server"
ROOMS = (
    "core",
    "domain",
    "answers",
    "adapters",
    "task_list",
    "state_page",
    "doctor",
    "cli",
    "board",
    "showing",
    "bash",
    "planned_task.py",
)
TOOLS = (
    "plan_tasks|claim_task|update_task|lock_resource|unlock_resource|scope_check|write_state|read_state|send_message|"
    "read_messages"
)
LEFT = re.compile(rf"\b(?:{TOOLS})\b|\b(?:task_id|wait_seconds|unread_only|dry_run|widen=|status=\"|board\(\))")
ONLY_AGENTS = {
    "core/agents/brief.py",
    "core/assignment/teammate.py",
    "domain/assignment/mentions.py",
    "core/agents/before_stop.py",
    "core/shared_state/claude_md.py",
    "answers/not_in_use.py",
    "domain/launch.py",
    "showing/wording.py",
}
"""What only an agent is shown: its briefing, the rules in CLAUDE.md, what a launched session or a teammate is told; and
patterns that recognise a call in a prompt."""


def sentences(file: Path) -> Iterator[str]:
    """The texts in a module that are no docstrings and no names, with a word where a value stands."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)} - docs
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else _value(part)
                for part in node.values
                if isinstance(part, ast.Constant | ast.FormattedValue)
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs | inside:
            yield node.value


def _value(part: ast.FormattedValue) -> str:
    return "'T1'" if part.conversion == ord("r") else "T1"


def texts() -> list[tuple[str, str]]:
    """Each sentence that names a tool, with the module that it is in."""
    found = []
    for room in ROOMS:
        files = [ROOT / room] if room.endswith(".py") else sorted((ROOT / room).rglob("*.py"))
        for file in files:
            name = file.relative_to(ROOT).as_posix()
            if name in ONLY_AGENTS:
                continue
            found += [(name, text) for text in sentences(file) if " " in text.strip() and LEFT.search(text)]
    return [(name, text) for name, text in found if not re.search(r"^\s*(?:SELECT|INSERT|UPDATE|DELETE|WITH)\b", text)]


def test_there_are_texts_that_name_tools() -> None:
    assert len(texts()) > 20


@pytest.mark.parametrize(("module", "text"), texts())
def test_no_tool_is_left_in_a_persons_words(module: str, text: str) -> None:
    said = for_people(text)

    assert not LEFT.search(said), f"{module}: {said}"
    assert "``" not in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('claim_task("T3") claims it.', "`interlock claim T3` claims it."),
        ("Call claim_task again.", "Call `interlock claim` again."),
        ("claim_task without task_id picks the best.", "`interlock claim` picks the best."),
        ('end with update_task("T1", status="done").', "end with `interlock done T1`."),
        ('update_task(task_id="T1", status="failed")', "`interlock update T1 --status failed`"),
        ('update_task(task_id="T1", widen=[…])', "`interlock update T1 --widen PATTERN`"),
        ('lock_resource("path:…") for one edit', "`interlock lock path:…` for one edit"),
        ("send_message(to='ada')", "`interlock message ada SUBJECT`"),
        ("there is no task 'T9'; board lists the tasks", "there is no task 'T9'; `interlock board` lists the tasks"),
        ("the board shows it", "the `interlock board` shows it"),
        ("on board are two", "on board are two"),
    ],
)
def test_a_call_becomes_the_command_that_a_person_types(text: str, said: str) -> None:
    assert for_people(text) == said


@pytest.mark.parametrize(
    ("patterns", "said"),
    [
        (["src/billing", "!src/billing/gen"], "src/billing except src/billing/gen"),
        (["src/a", "src/b", "!src/a/x", "!src/b/y"], "src/a, src/b except src/a/x, src/b/y"),
        ([], "nothing: it is for reading only"),
    ],
)
def test_a_scope_is_said_as_one_says_it(patterns: list[str], said: str) -> None:
    assert scope_words(patterns) == said
