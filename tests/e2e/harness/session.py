"""A headless session of the real client: what is said to it, what it reports, and how it ends."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.harness.turns import WAIT_SECONDS, Json


@dataclass(frozen=True)
class Ended:
    """What a session reported from its start to its end."""

    events: list[Json]
    exit_code: int
    stderr: str
    debug: str

    @property
    def session_id(self) -> str:
        """The session that the process ended in; `/clear` begins another one."""
        return str(self.events[-1]["session_id"])

    @property
    def init(self) -> Json:
        """The first description of the session: its tools, servers and plugins."""
        return next(event for event in self.events if event.get("subtype") == "init")

    @property
    def result(self) -> str:
        """The newest final answer."""
        return str(next(event for event in reversed(self.events) if event["type"] == "result").get("result", ""))


class Session:
    """One running client process whose events are read as they come."""

    def __init__(self, process: subprocess.Popen[str], debug_file: Path) -> None:
        self.process = process
        self.events: list[Json] = []
        self._debug_file = debug_file
        self._stderr: list[str] = []
        self._news = threading.Condition()
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read_events, self._read_errors)]
        for reader in self._readers:
            reader.start()

    @property
    def session_id(self) -> str:
        """The session of the newest event."""
        return str(self.events[-1]["session_id"])

    @property
    def debug(self) -> str:
        return self._debug_file.read_text(errors="replace") if self._debug_file.exists() else ""

    def send(self, text: str) -> None:
        """Say `text`, or a command such as `/clear`, without waiting for the answer."""
        assert self.process.stdin is not None, "the session was started with its only prompt"
        message = {"role": "user", "content": [{"type": "text", "text": text}]}
        self.process.stdin.write(json.dumps({"type": "user", "message": message}) + "\n")
        self.process.stdin.flush()

    def ask(self, text: str) -> Json:
        """The result event that `text` leads to."""
        before = len(self.events)
        self.send(text)
        return self.until(lambda event: event["type"] == "result", since=before)

    def control(self, request: str, **fields: str) -> None:
        """Have the client do something to the session itself, such as `mcp_reconnect`, and wait until it has."""
        assert self.process.stdin is not None, "the session was started with its only prompt"
        before = len(self.events)
        asked = {"type": "control_request", "request_id": request, "request": {"subtype": request, **fields}}
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        answer = self.until(lambda event: event["type"] == "control_response", since=before)
        assert answer["response"]["subtype"] == "success", answer

    def until(self, fits: Callable[[Json], bool], *, since: int = 0, seconds: float = WAIT_SECONDS) -> Json:
        """The first event from number `since` on that `fits`; AssertionError when none comes in `seconds`."""

        def found() -> Json | None:
            return next((event for event in self.events[since:] if fits(event)), None)

        with self._news:
            event = self._news.wait_for(found, seconds)
        assert event is not None, f"no such event came\n{self._told()}"
        return event

    def finish(self, seconds: float = 2 * WAIT_SECONDS) -> Ended:
        """Everything up to the end, which comes by itself once nothing more is said; kills what takes longer."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the session did not end\n{self._told()}") from None
        return self._ended()

    def kill(self) -> Ended:
        """Kill only the client, as in a crash: what it had started keeps running."""
        self.process.kill()
        self.process.wait()
        return self._ended()

    def close(self) -> None:
        """Close the client's output, once every process that could write to it has ended."""
        self.process.wait()
        for reader in self._readers:
            reader.join()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                # What was still to be said to a killed client is lost with it.
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _ended(self) -> Ended:
        # A killed client's children may hold its output open for longer than anybody wants to wait.
        for reader in self._readers:
            reader.join(1 if self.process.returncode < 0 else WAIT_SECONDS)
        return Ended(list(self.events), self.process.returncode, "".join(self._stderr), self.debug)

    def _read_events(self) -> None:
        for line in self.process.stdout or ():
            with self._news:
                self.events.append(json.loads(line))
                self._news.notify_all()

    def _read_errors(self) -> None:
        self._stderr.extend(self.process.stderr or ())

    def _told(self) -> str:
        return f"events: {self.events[-3:]}\nstderr: {''.join(self._stderr)[-500:]}\nlog: {self.debug[-2000:]}"
