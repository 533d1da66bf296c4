"""The outcome of a Bash call: its command, its output, and how it ended."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event

EXIT_CODE = "Exit code "
BACKGROUND = "a command in the background"


class Outcome:
    """`exit_code` is None when it is unknown, as for a command that was killed or still runs in the background."""

    __slots__ = ("command", "exit_code", "output")

    def __init__(self, command: str, output: str, exit_code: int | None) -> None:
        self.command, self.output, self.exit_code = command, output, exit_code

    @property
    def may_report_errors(self) -> bool:
        """Whether the output is worth reading: the call failed, or hides that it did (`make | tee`)."""
        from mcp_server.build_errors.reader import may_report_errors

        return may_report_errors(self.output, self.exit_code)


def of(event: Event) -> Outcome | None:
    """The outcome that the event reports; None when it is neither about a command nor about a background task."""
    command = event.command
    if event.name == "PostToolUseFailure":
        return None if command is None else _failed(command, event.error)
    if command is not None:
        return Outcome(command, _output(event.response), 0)
    return _of_background(event.response)


def _failed(command: str, error: str) -> Outcome:
    first, _, rest = error.partition("\n")
    code = first[len(EXIT_CODE) :] if first.startswith(EXIT_CODE) else ""
    return Outcome(command, rest, int(code)) if code.isdecimal() else Outcome(command, error, None)


def _of_background(response: object) -> Outcome | None:
    """What a background task has printed by now: in the answer itself or in its `task`."""
    if not isinstance(response, dict):
        return None
    task = response.get("task")
    described = task if isinstance(task, dict) else response
    command, code = described.get("command"), described.get("exitCode")
    return Outcome(
        command if isinstance(command, str) else BACKGROUND,
        _output(described),
        code if isinstance(code, int) and not isinstance(code, bool) else None,
    )


def _output(response: object) -> str:
    if isinstance(response, str):
        return response
    if not isinstance(response, dict):
        return ""
    parts = [response.get(name) for name in ("stdout", "stderr", "output")]
    return "\n".join(part for part in parts if isinstance(part, str) and part)
