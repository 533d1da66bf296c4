"""What an event after a Bash command says of its outcome."""

from __future__ import annotations

import pytest

from hooks.bash import outcome
from hooks.event.event import Event


def of(**fields: object) -> tuple[str, str, int | None] | None:
    found = outcome.of(Event(fields, {}, "/"))
    return None if found is None else (found.command, found.output, found.exit_code)


@pytest.mark.parametrize(
    ("error", "output", "code"),
    [
        ("Exit code 2\nmake: error", "make: error", 2),
        ("Exit code 1", "", 1),
        ("Exit code x\nmake", "Exit code x\nmake", None),
        ("The command was interrupted", "The command was interrupted", None),
        ("", "", None),
    ],
)
def test_a_failure_names_its_exit_code_in_the_first_line(error: str, output: str, code: int | None) -> None:
    found = of(hook_event_name="PostToolUseFailure", tool_input={"command": "make"}, error=error)
    assert found == ("make", output, code)


def test_a_successful_command_has_the_text_of_both_streams() -> None:
    response = {"stdout": "out", "stderr": "err", "output": None}
    assert of(hook_event_name="PostToolUse", tool_input={"command": "ls"}, tool_response=response) == (
        "ls",
        "out\nerr",
        0,
    )


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ({"task": {"command": "make", "exitCode": 2, "output": "no"}}, ("make", "no", 2)),
        ({"stdout": "so far", "exitCode": True}, (outcome.BACKGROUND, "so far", None)),
        ("text", None),
        (None, None),
    ],
)
def test_a_background_task_is_described_by_the_answer_or_by_its_task(response: object, expected: object) -> None:
    assert of(hook_event_name="PostToolUse", tool_input={"task_id": "b1"}, tool_response=response) == expected


def test_a_failure_of_another_tool_has_no_outcome() -> None:
    assert of(hook_event_name="PostToolUseFailure", tool_input={}, error="Exit code 1") is None
