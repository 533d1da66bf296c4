"""A client's messages as the library for MCP takes them: what it would drop in silence is answered here.

The codes are those of JSON-RPC 2.0, section 5.1.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn, Protocol

NOT_JSON, NO_REQUEST, BAD_PARAMETERS = -32700, -32600, -32602


class Lines(Protocol):
    """Where a client's messages come from."""

    def readline(self) -> str:
        """The next line with its end, "" when there is none."""


class Output(Protocol):
    """Where the answers go."""

    def write(self, line: str, /) -> None:
        """Write a line."""

    def flush(self) -> None:
        """See that it is sent."""


class WellFormed:
    """The lines that hold a message; half characters, which no store takes, are replaced."""

    def __init__(self, lines: Lines, output: Output) -> None:
        self._lines = lines
        self._output = output

    def readline(self) -> str:
        """The next line with a message, "" when there is none."""
        while line := self._lines.readline():
            taken = self._taken(line)
            if taken:
                return taken
        return ""

    def _taken(self, line: str) -> str:
        if not line.strip():
            return ""
        try:
            message = json.loads(line, parse_constant=_refused)
        except (ValueError, RecursionError):
            return self._answered(None, NOT_JSON, "this line is not JSON")
        if not isinstance(message, dict):
            return self._answered(None, NO_REQUEST, "a message is a JSON object")
        number = message.get("id")
        if "id" in message and not _is_id(number):
            return self._answered(None, NO_REQUEST, "an id is a text or a whole number")
        if "method" not in message and not {"result", "error"}.isdisjoint(message):
            return _whole(line, message)
        if not isinstance(message.get("method"), str):
            return self._answered(number, NO_REQUEST, "a request names its method")
        if not isinstance(message.get("params", {}), dict):
            return self._answered(number, BAD_PARAMETERS, "the parameters are not an object") if "id" in message else ""
        return _whole(line, message)

    def _answered(self, number: object, code: int, words: str) -> str:
        answer = {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": words}}
        self._output.write(json.dumps(answer) + "\n")
        return ""


def _whole(line: str, message: dict[str, Any]) -> str:
    if "\\u" not in line:  # only an escape can spell half a character
        return line
    text = json.dumps(message, ensure_ascii=False)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") + "\n"


def _is_id(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _refused(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
