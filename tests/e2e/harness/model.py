"""A scripted model on loopback: what each session is answered, and what each was shown."""

from __future__ import annotations

import json
import re
import threading
from typing import Self

from tests.e2e.harness.turns import Json, Request, Step, ToolResult, Turn, say, taken
from tests.e2e.harness.wire import Server


class Conversation:
    """One scripted session or subagent: its steps, and every request that it made."""

    def __init__(self, marker: str, steps: tuple[Step, ...]) -> None:
        self.marker = marker
        self.requests: list[Request] = []
        self.beyond_script: list[Request] = []
        self._steps = steps
        self._due = 0
        self._answered: dict[str, Turn] = {}
        self._lock = threading.Lock()

    @property
    def finished(self) -> bool:
        """Whether every step of the script has been taken."""
        return self._due == len(self._steps)

    @property
    def shown(self) -> str:
        """Every text that the model had been shown when it was last asked."""
        return self.requests[-1].shown

    @property
    def context(self) -> str:
        """What the client and the hooks had added when the model was last asked."""
        return self.requests[-1].context

    def results(self, tool: str = "") -> list[ToolResult]:
        """The outcomes that the model was shown, oldest first; of one tool when it is named, in full or in short."""
        known = {result.tool_use_id: result for request in self.requests for result in request.results}
        return [result for result in known.values() if f"__{result.tool}".endswith(tool and f"__{tool}")]

    def result(self, tool: str) -> ToolResult:
        """The newest outcome of a call of `tool`; LookupError when the model was shown none."""
        if not (found := self.results(tool)):
            raise LookupError(f"{self.marker} was shown no result of {tool}")
        return found[-1]

    def answer(self, request: Request) -> Turn:
        """The turn that is due; a request that the client repeats gets the answer that it had got."""
        with self._lock:
            self.requests.append(request)
            # Not the number of assistant messages: a client that resumes a killed session adds and drops some.
            asked = _fingerprint(request.body)
            if asked not in self._answered:
                self._answered[asked] = self._next(request)
            return self._answered[asked]

    def _next(self, request: Request) -> Turn:
        if self.finished:
            self.beyond_script.append(request)
            return say("Done.")
        turn = taken(self._steps[self._due], request)
        self._due += not turn.again
        return turn


class ScriptedModel:
    """Answers the client's requests by script; `problems` holds what no script accounts for."""

    def __init__(self) -> None:
        self.side_requests: list[Request] = []
        self.problems: list[str] = []
        self._conversations: dict[str, Conversation] = {}
        self._server = Server(self.answer, self.problems.append)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def given(self, marker: str) -> list[Json]:
        """Every message that a session was answered with, oldest first, each with its `usage`; no side requests."""
        given = self._server.given
        return [said for asked, said in given if asked.tools and marker in re.findall(r"\w+", asked.opening)]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def script(self, marker: str, *steps: Step) -> Conversation:
        """What the session whose first user message has the word `marker` is answered; refuses a second one."""
        if marker in self._conversations:
            raise ValueError(f"{marker} has a script already")
        self._conversations[marker] = Conversation(marker, steps)
        return self._conversations[marker]

    def answer(self, request: Request) -> Turn:
        """The turn for `request`; never raises, so that a failing script ends the session instead of hanging it."""
        if not request.tools:
            self.side_requests.append(request)
            return say("ok")
        try:
            return self._of(request).answer(request)
        except Exception as error:
            self.problems.append(f"{request.opening[-200:]!r}: {error!r}")
            return say(f"The script failed: {error!r}")

    def _of(self, request: Request) -> Conversation:
        found = self._marked(request.opening) or self._marked(request.shown)  # one that was woken has no opening
        if len(found) != 1:
            raise LookupError(f"{len(found)} scripts for one session")
        return found[0]

    def _marked(self, text: str) -> list[Conversation]:
        words = set(re.findall(r"\w+", text))
        return [conversation for marker, conversation in self._conversations.items() if marker in words]


def _fingerprint(body: Json) -> str:
    asked = {"messages": body["messages"], "session": body.get("metadata")}
    # A repeated request may place its cache marks elsewhere.
    return re.sub(r', "cache_control": \{[^}]*\}', "", json.dumps(asked))
