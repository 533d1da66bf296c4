"""What came of a Bash call, from the event after it: its command, its output, and how it ended."""

from __future__ import annotations

from hooks.event.io import optional_text, text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

EXIT_CODE = "Exit code "
BACKGROUND = "a command in the background"


class Outcome:
    """`exit_code` is None when it is not known, as for a command that was killed or goes on in the background."""

    __slots__ = ("command", "exit_code", "output")

    def __init__(self, command: str, output: str, exit_code: int | None) -> None:
        self.command = command
        self.output = output
        self.exit_code = exit_code

    @property
    def is_suspicious(self) -> bool:
        """Whether the output is worth reading: the call failed, or hides that it did (`make | tee`)."""
        from mcp_server.build_errors.reader import may_report_errors

        return may_report_errors(self.output, self.exit_code)


def of(event: dict[str, Any]) -> Outcome | None:
    """The outcome that the event tells of; None when it is neither about a command nor about a background task."""
    arguments = event.get("tool_input")
    command = arguments.get("command") if isinstance(arguments, dict) else None
    if text_of(event, "hook_event_name") == "PostToolUseFailure":
        return _failed(command, optional_text(event, "error") or "") if isinstance(command, str) else None
    response = event.get("tool_response")
    if isinstance(command, str):
        return Outcome(command, _said(response), 0)
    return _of_background(response)


def _failed(command: str, error: str) -> Outcome:
    first, _, rest = error.partition("\n")
    code = first[len(EXIT_CODE) :] if first.startswith(EXIT_CODE) else ""
    return Outcome(command, rest, int(code)) if code.isdecimal() else Outcome(command, error, None)


def _of_background(response: object) -> Outcome | None:
    """What a task that ran in the background has said by now: the answer itself or its `task` has it."""
    if not isinstance(response, dict):
        return None
    task = response.get("task")
    told = task if isinstance(task, dict) else response
    command, code = told.get("command"), told.get("exitCode")
    return Outcome(
        command if isinstance(command, str) else BACKGROUND,
        _said(told),
        code if isinstance(code, int) and not isinstance(code, bool) else None,
    )


def _said(response: object) -> str:
    if isinstance(response, str):
        return response
    if not isinstance(response, dict):
        return ""
    parts = [response.get(name) for name in ("stdout", "stderr", "output")]
    return "\n".join(part for part in parts if isinstance(part, str) and part)
