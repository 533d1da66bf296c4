"""A hook's input and output: the event on stdin, the answer on stdout.

On the hot path: importing `json` takes as long as all the rest of a decision, so its C parts are used directly.
"""

from __future__ import annotations

import gc
import os
import sys

from hooks.event.event import SKILL_COMMAND, BadEvent, Event, plugin_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn

    Answer = Callable[[bytes, Mapping[str, str], str], str]

MOST_BYTES = 64 * 1024 * 1024
_SHORTEN = """
import sys
sys.path.insert(0, sys.argv[1])
from mcp_server.adapters.sqlite.light import shorten_log
for file in sys.argv[2:]:
    shorten_log(file)
"""
SELDOM = 100_000
"""Objects until the first garbage collection: a hook lives for milliseconds, and its memory is freed with it."""


def run(answer: Answer) -> NoReturn:
    """Be the process of one hook: the event is on stdin, the answer goes to stdout, and that was all."""
    gc.set_threshold(SELDOM)
    leave(answer(_all_of(0), os.environ, _directory()), _shorten_logs)


def own_event() -> Event:
    """The event of the hook that this process is; refuses (BadEvent) as `parse` does."""
    return parse(_all_of(0), os.environ, _directory())


def parse(data: bytes, environment: Mapping[str, str], started_in: str) -> Event:
    """The event in `data`, of a hook with this environment and directory; refuses (BadEvent) what is no JSON object."""
    if len(data) > MOST_BYTES:
        raise BadEvent("the hook's input is too large")
    try:
        text = data.decode("utf-8")
        fields = _load(text)
    except (ValueError, RecursionError, StopIteration):
        raise BadEvent("the hook's input is not JSON") from None
    if not isinstance(fields, dict):
        raise BadEvent("the hook's input is not a JSON object")
    return Event(fields, environment, started_in)


def answer(event_name: str, **fields: str) -> str:
    """An answer to the event as one line of JSON."""
    parts = [f'"hookEventName":{quoted(event_name)}', *(f'"{name}":{quoted(value)}' for name, value in fields.items())]
    return '{"hookSpecificOutput":{' + ",".join(parts) + "}}"


def deny(reason: str, event_name: str = "PreToolUse") -> str:
    """The answer that refuses a tool call; the agent is shown `reason`."""
    return answer(event_name, permissionDecision="deny", permissionDecisionReason=reason)


def allow() -> str:
    """The answer that lets one of Interlock's own tools run without the person being asked."""
    return answer("PreToolUse", permissionDecision="allow")


def warn(reason: str, event_name: str = "PreToolUse") -> str:
    """The answer that lets a tool call pass, but shows the agent why it would be refused."""
    if event_name == SKILL_COMMAND:
        return ""
    return answer(event_name, additionalContext=f"Interlock (mode warn, not blocked): {reason}")


def keep_going(reason: str) -> str:
    """The answer to a stop that makes the agent continue; it is shown `reason`."""
    return '{"decision":"block","reason":' + quoted(reason) + "}"


def and_for_the_user(given: str, message: str) -> str:
    """The answer `given`, which also shows the user a message if there is one."""
    return given[:-1] + ',"systemMessage":' + quoted(message) + "}" if message else given


def for_the_user(message: str) -> str:
    """An answer that only shows the user a message."""
    return '{"systemMessage":' + quoted(message) + "}"


def quoted(text: str) -> str:
    """`text` as a JSON string."""
    try:
        from _json import encode_basestring_ascii as encode
    except ImportError:  # an interpreter without the C part
        from json.encoder import py_encode_basestring_ascii as encode
    return str(encode(text))


def leave(output: str, afterwards: Callable[[], None]) -> NoReturn:
    """Print the answer and exit at once: nothing is left to clean up but what `afterwards` does."""
    data = memoryview(output.encode("utf-8"))
    while data:
        data = data[os.write(1, data) :]
    afterwards()
    os._exit(0)


def _shorten_logs() -> None:
    """Shorten the logs that were found to be long, in a process for which nobody waits."""
    light = sys.modules.get("mcp_server.adapters.sqlite.light")
    if light is None or not light.long_logs or not hasattr(os, "fork") or os.fork():
        return
    os.setsid()
    for descriptor in range(3):
        os.close(descriptor)
    # Another program: a connection must not be carried across a fork.
    os.execv(sys.executable, [sys.executable, "-I", "-S", "-c", _SHORTEN, plugin_file(), *light.long_logs])  # noqa: S606  our own code


def _directory() -> str:
    try:
        return os.getcwd()
    except OSError:  # removed: what the event says of it counts
        return os.sep


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
        raise BadEvent("the hook's input continues after its JSON")
    return value


class _Plain:
    """A decoder's settings, as the scanner asks for them: the defaults."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: dict[str, str] = {}


def _all_of(descriptor: int) -> bytes:
    """All of the input, or what shows that it is too large."""
    chunks: list[bytes] = []
    size = 0
    while size <= MOST_BYTES and (chunk := os.read(descriptor, 1 << 20)):
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)
