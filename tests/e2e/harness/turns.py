"""What a scripted model says, turn by turn, and what it had been shown when it said it."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

Json = dict[str, Any]
WAIT_SECONDS = 60.0
"""Nothing takes this long: after it, what is waited for will not come."""

_REMINDER = re.compile(r"<system-reminder>(.*?)</system-reminder>", re.DOTALL)


@dataclass(frozen=True)
class ToolUse:
    """One tool call of the model."""

    tool: str
    arguments: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """One answer of the model; with `again` the same step is asked once more after it."""

    text: str = ""
    uses: tuple[ToolUse, ...] = ()
    again: bool = False


@dataclass(frozen=True)
class ToolResult:
    """What the model was shown as the outcome of one of its calls."""

    tool: str
    tool_use_id: str
    text: str
    is_error: bool

    @property
    def structured(self) -> Json:
        """The result as the object that a tool answered with; ValueError when it is not one.

        For some models the client puts reminders of its own behind it.
        """
        value = json.loads(_REMINDER.sub("", self.text))
        if not isinstance(value, dict):
            raise ValueError(f"{self.tool} answered no object: {self.text}")
        return value


@dataclass(frozen=True)
class Request:
    """One request of the client to the model."""

    body: Json

    @property
    def messages(self) -> list[Json]:
        return list(self.body.get("messages", ()))

    @property
    def tools(self) -> list[str]:
        """The tools that the request declares, without those that are only named for a later search."""
        return [tool["name"] for tool in self.body.get("tools") or ()]

    @property
    def opening(self) -> str:
        """The first user message as it was typed, without what the client put around it."""
        first = next((message for message in self.messages if message["role"] == "user"), {"content": ""})
        return _REMINDER.sub("", text_of(first["content"]))

    @property
    def shown(self) -> str:
        """Every text of the conversation, in order."""
        return "\n".join(text_of(message["content"]) for message in self.messages)

    @property
    def context(self) -> str:
        """What the client and the hooks added: system messages and `<system-reminder>` blocks."""
        system = [text_of(message["content"]) for message in self.messages if message["role"] == "system"]
        return "\n".join([*system, *_REMINDER.findall(self.shown)])

    @property
    def results(self) -> list[ToolResult]:
        """The outcomes of all calls so far, oldest first."""
        tools = {block["id"]: block["name"] for block in self._blocks("tool_use")}
        return [_result(block, tools) for block in self._blocks("tool_result")]

    def offers(self, tool: str) -> bool:
        """Whether `tool` can be called: it is declared, or named for a later search."""
        return tool in self.tools or tool in self.shown.splitlines()

    def _blocks(self, kind: str) -> Iterator[Json]:
        for message in self.messages:
            if isinstance(message["content"], list):
                yield from (block for block in message["content"] if block["type"] == kind)


Step = Turn | Callable[[Request], Turn]


def text_of(content: object) -> str:
    """The readable part of content: plain, in blocks, or inside a tool result."""
    match content:
        case str():
            return content
        case list():
            return "\n".join(text_of(part) for part in content)
        case {"text": str(text)}:
            return text
        case {"content": inner}:
            return text_of(inner)
        case _:
            return ""


def say(text: str) -> Turn:
    """A turn that ends with plain text."""
    return Turn(text=text)


def call(tool: str, /, **arguments: Any) -> Turn:
    """A turn with one tool call."""
    return Turn(uses=(ToolUse(tool, arguments),))


def together(*turns: Turn) -> Turn:
    """One turn that makes the calls of all `turns` at once."""
    return Turn("\n".join(turn.text for turn in turns if turn.text), tuple(use for turn in turns for use in turn.uses))


def taken(step: Step, request: Request) -> Turn:
    """The turn that `step` takes, having been shown `request`."""
    return step(request) if callable(step) else step


def announcing(event: threading.Event, step: Step) -> Step:
    """`step`, setting `event` as it is due: everything before it has been carried out."""

    def announce(request: Request) -> Turn:
        event.set()
        return taken(step, request)

    return announce


def after(event: threading.Event, step: Step) -> Step:
    """`step`, once `event` is set; TimeoutError, which fails the test, when it never is."""

    def wait(request: Request) -> Turn:
        if not event.wait(WAIT_SECONDS):
            raise TimeoutError(f"the event before {step} did not happen")
        return taken(step, request)

    return wait


def meeting(barrier: threading.Barrier, step: Step) -> Step:
    """`step`, at the same moment as the other sessions at `barrier`; BrokenBarrierError if one of them stays away."""

    def meet(request: Request) -> Turn:
        barrier.wait(WAIT_SECONDS)
        return taken(step, request)

    return meet


def once_offered(tool: str, step: Step, seconds: float = WAIT_SECONDS) -> Step:
    """`step`, once `tool` can be called; until then a call that does nothing; TimeoutError after `seconds`."""
    first_asked: list[float] = []

    def wait(request: Request) -> Turn:
        first_asked.append(time.monotonic())
        if request.offers(tool):
            return taken(step, request)
        if first_asked[-1] - first_asked[0] > seconds:
            raise TimeoutError(f"the client never offered {tool}, only {request.tools}")
        return replace(call("Bash", command=f": waiting for {tool}", description="Wait"), again=True)

    return wait


def _result(block: Json, tools: dict[str, str]) -> ToolResult:
    call_id = block["tool_use_id"]
    return ToolResult(tools.get(call_id, ""), call_id, text_of(block.get("content", "")), bool(block.get("is_error")))
