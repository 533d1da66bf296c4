"""An event is parsed in one place: its fields are checked where they are needed, and nothing else reads them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hooks.event.event import BadEvent, Event
from tests.hooks.runner import ROOT

FIELDS = frozenset(
    """agent_id agent_type background_tasks cwd error hook_event_name session_id session_title stop_hook_active
    tool_calls tool_input tool_name tool_response tool_use_id run_in_background""".split()
)
HOOKS = sorted(path for path in (ROOT / "hooks").rglob("*.py") if path != ROOT / "hooks" / "event" / "event.py")
PROCESS = ROOT / "hooks" / "event" / "io.py"
OF_THE_PROCESS = ("environ", "getenv", "getcwd", "chdir", "expanduser", "expandvars")
STARTED_IN = "/started/here"
LAUNCHER = ROOT / "hooks" / "bash" / "launcher.py"
"""The launcher passes its whole environment on to the shell that it becomes."""


def event(**fields: object) -> Event:
    return Event({"session_id": "s1", "hook_event_name": "PreToolUse", **fields}, {}, STARTED_IN)


def test_an_agent_is_known_by_its_session_and_a_subagent_by_both() -> None:
    assert (event().key, event().parent_key) == ("s1", None)
    below = event(agent_id="a1", agent_type="Explore")
    assert (below.key, below.parent_key, below.subagent_type) == ("s1/a1", "s1", "Explore")


def test_the_working_directory_is_that_of_the_event_or_of_the_hook(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert event(cwd=str(tmp_path / "link")).directory == str(tmp_path)
    assert event(cwd="").cwd == STARTED_IN


@pytest.mark.parametrize(
    ("read", "fields"),
    [
        (lambda one: one.name, {"hook_event_name": None}),
        (lambda one: one.session, {"session_id": ""}),
        (lambda one: one.key, {"session_id": 5}),
        (lambda one: one.key, {"agent_id": ["a"]}),
        (lambda one: one.tool, {}),
        (lambda one: one.call_id, {"tool_use_id": {}}),
        (lambda one: one.cwd, {"cwd": 3}),
        (lambda one: one.error, {"error": 5}),
        (lambda one: one.title, {"session_title": True}),
    ],
)
def test_a_needed_field_that_is_not_text_is_refused(read: Callable[[Event], object], fields: dict[str, object]) -> None:
    with pytest.raises(BadEvent, match="the hook's input has"):
        read(event(**fields))


@pytest.mark.parametrize("call", [None, [], "x", {"command": 1}, {"command": None}])
def test_a_call_without_a_command_has_none(call: object) -> None:
    assert event(tool_input=call).command is None


def test_a_step_has_the_ids_of_its_calls_and_a_stop_its_subagents() -> None:
    assert event(tool_calls=[{"tool_use_id": "b1"}, {"tool_use_id": 3}, "x", {}]).batch == ["b1"]
    assert event(tool_calls=None).batch == []
    assert event(background_tasks=[{"type": "subagent"}]).waits_for_subagents
    assert not event(background_tasks=[{"type": "shell"}, "subagent"]).waits_for_subagents


def test_even_a_broken_event_says_which_paths_it_is_about() -> None:
    assert event().edited_paths() == [(".", STARTED_IN)]
    assert event(cwd=3, tool_input={"file_path": "a", "notebook_path": 7}).edited_paths() == [
        ("a", STARTED_IN),
        (".", STARTED_IN),
    ]


def test_home_and_the_plugins_folders_are_those_of_the_hooks_environment() -> None:
    told = Event({}, {"HOME": "/home/ada", "CLAUDE_PLUGIN_DATA": "/data", "CLAUDE_PROJECT_DIR": "/shop"}, STARTED_IN)
    assert (told.home, told.at_home("~/x"), told.at_home("a~"), told.notes_folder) == (
        "/home/ada",
        "/home/ada/x",
        "a~",
        "/data",
    )
    assert (told.started_in, event().started_in) == ("/shop", STARTED_IN)


def test_nothing_else_reads_an_events_fields() -> None:
    assert len(HOOKS) > 20
    read = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value}"
        for path in HOOKS
        for node in _nodes(path)
        if isinstance(node, ast.Constant) and node.value in FIELDS
    ]
    private = [path.name for path in HOOKS if "._fields" in path.read_text()]
    assert read + private == []


def test_only_where_a_hook_is_a_process_its_environment_and_directory_are_that_processs() -> None:
    read = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in HOOKS
        for node in _nodes(path)
        if isinstance(node, ast.Attribute) and node.attr in OF_THE_PROCESS and path not in (LAUNCHER, PROCESS)
    ]
    assert read == []


def test_no_hook_begins_or_ends_a_transaction_itself() -> None:
    spelled = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in HOOKS
        for word in ("COMMIT", '"BEGIN', "ROLLBACK", "begin_writing", "begin_reading", ".execute(")
        if word in path.read_text()
    ]
    assert spelled == []


def _nodes(path: Path) -> Iterator[ast.expr]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.expr))
