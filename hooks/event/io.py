"""How a hook hears and answers: the event on stdin, the answer on stdout.

On the hot path: `json` costs as much as all the rest of a decision, so its C parts are used without the Python
around them.
"""

from __future__ import annotations

import gc
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

MOST_BYTES = 64 * 1024 * 1024
SELDOM = 100_000
"""Objects until they are looked through for what nobody needs: a hook lives for milliseconds, and all goes with it."""


class BadEvent(ValueError):
    """What came in is no event; the message says what is wrong with it."""


def read_event() -> dict[str, Any]:
    """The event on stdin; refuses what is not a JSON object."""
    gc.set_threshold(SELDOM)
    return parse(_all_of(0))


def parse(data: bytes) -> dict[str, Any]:
    """The JSON object in `data`; refuses anything else."""
    try:
        text = data.decode("utf-8")
        event = _load(text)
    except (ValueError, RecursionError, StopIteration):
        raise BadEvent("the hook's input is not JSON") from None
    if not isinstance(event, dict):
        raise BadEvent("the hook's input is not a JSON object")
    return event


def text_of(event: dict[str, Any], name: str) -> str:
    """A field that must be there as text; refuses the event without it."""
    value = event.get(name)
    if not isinstance(value, str) or not value:
        raise BadEvent(f"the hook's input has no text in {name!r}")
    return value


def optional_text(event: dict[str, Any], name: str) -> str | None:
    """A field that may be missing; refuses one that is not text."""
    value = event.get(name)
    if value is not None and not isinstance(value, str):
        raise BadEvent(f"the hook's input has {name!r}, but not as text")
    return value or None


def signs(event: dict[str, Any]) -> tuple[str, str | None]:
    """The sign by which the event's agent is known, and, for a subagent, that of the agent it works under."""
    session, subagent = text_of(event, "session_id"), optional_text(event, "agent_id")
    return (f"{session}/{subagent}", session) if subagent else (session, None)


def answer(event_name: str, **fields: str) -> str:
    """An answer to the event as one line of JSON."""
    parts = [f'"hookEventName":{quoted(event_name)}', *(f'"{name}":{quoted(value)}' for name, value in fields.items())]
    return '{"hookSpecificOutput":{' + ",".join(parts) + "}}"


def deny(reason: str) -> str:
    """The answer that keeps a tool call from happening; the agent is told `reason`."""
    return answer("PreToolUse", permissionDecision="deny", permissionDecisionReason=reason)


def keep_going(reason: str) -> str:
    """The answer to a stop that makes the agent go on once more; it is told `reason`."""
    return '{"decision":"block","reason":' + quoted(reason) + "}"


def for_the_user(message: str) -> str:
    """An answer that changes nothing and tells the user something."""
    return '{"systemMessage":' + quoted(message) + "}"


def quoted(text: str) -> str:
    """`text` as a JSON string."""
    try:
        from _json import encode_basestring_ascii as encode
    except ImportError:  # an interpreter without the C part
        from json.encoder import py_encode_basestring_ascii as encode
    return str(encode(text))


def leave(output: str = "") -> NoReturn:
    """Print the answer and end at once: nothing is left that needs an orderly end."""
    data = memoryview(output.encode("utf-8"))
    while data:
        data = data[os.write(1, data) :]
    os._exit(0)


def _load(text: str) -> object:
    try:
        from _json import make_scanner
    except ImportError:  # an interpreter without the C part
        import json

        return json.loads(text)
    start = len(text) - len(text.lstrip())
    scan = make_scanner(_Plain)  # type: ignore[arg-type]  # any object with these attributes will do
    value, end = scan(text, start)
    if text[end:].strip():
        raise BadEvent("the hook's input goes on after its JSON")
    return value


class _Plain:
    """What the scanner asks of a decoder: nothing out of the ordinary."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}


def _all_of(descriptor: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := os.read(descriptor, 1 << 20):
        chunks.append(chunk)
        size += len(chunk)
        if size > MOST_BYTES:
            raise BadEvent("the hook's input is too large")
    return b"".join(chunks)
