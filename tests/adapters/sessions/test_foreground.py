"""Sessions that a worker waits for: real processes, ended with all that they started, and what they left in words."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from time import sleep

import pytest

from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.sessions.foreground import ForegroundSessions
from mcp_server.domain.launch import Launch, NotStarted
from tests.e2e.harness.processes import eventually

RESULT = {"type": "result", "subtype": "success", "is_error": False, "result": "Done.", "num_turns": 3}
SAID = {"type": "assistant", "message": {"content": [{"type": "text", "text": "I begin."}]}}


class Client:
    """A program in the place of the client, and the sessions that it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = 1_000.0
        self.program = folder / "bin" / "claude"
        self.program.parent.mkdir()
        (folder / "state").mkdir()
        environment = {**os.environ, "PATH": f"{self.program.parent}:{os.defpath}", "CLAUDECODE": "1"}
        self.pause: Callable[[float], None] = sleep
        self.sessions = ForegroundSessions(
            environment, str(folder / "state"), 60, now=lambda: self.now, pause=self._paused
        )

    def _paused(self, seconds: float) -> None:
        self.pause(seconds)

    def does(self, script: str) -> None:
        """A line of shell, in the place of a session."""
        self.program.write_text(f"#!/bin/sh\n{script}\n")
        self.program.chmod(0o755)

    def says(self, *events: Mapping[str, object], then: str = "") -> None:
        """These events, one a line."""
        lines = "\n".join(json.dumps(event) for event in events)
        (self.folder / "events").write_text(lines + "\n")
        self.does(f"cat {self.folder}/events\n{then}")

    def start(self) -> Launch:
        """A session for a task."""
        launch = Launch("T1", 1, "s-1", "work", "T1-x", str(self.folder), None, None, 0)
        return launch._replace(place=self.sessions.start(launch, "Work.", "haiku", ["--max-turns", "3"]).place)


@pytest.fixture
def client(tmp_path: Path) -> Client:
    return Client(tmp_path)


def test_it_is_started_headless_with_nothing_of_another_session_and_its_result_is_read(client: Client) -> None:
    client.says(SAID, {**RESULT, "total_cost_usd": 0.25}, then='echo "$@ [$CLAUDECODE]" >"$0.args"')
    launch = client.start()

    finished = client.sessions.finish(launch)

    assert (finished.how, finished.words, finished.turns, finished.usd) == ("ended", "Done.", 3, 0.25)
    said = Path(f"{client.program}.args").read_text()
    assert said == (
        "Work. --name T1-x --session-id s-1 --model haiku -p --output-format stream-json --verbose --max-turns 3 []\n"
    )
    log = Path(finished.log)
    assert (log.stat().st_mode & 0o777, log.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert client.sessions.find(launch) is None


@pytest.mark.parametrize(
    ("event", "how", "why"),
    [
        ({"subtype": "error_max_turns", "is_error": True}, "limit", "it reached the limit of turns"),
        ({"subtype": "error_max_budget_usd"}, "limit", "it reached the limit of money"),
        ({"subtype": "success", "is_error": True, "result": "API Error: 529"}, "failed", "it failed: API Error: 529"),
        ({"subtype": "error_during_execution", "result": None}, "failed", "it failed: I begin."),
    ],
)
def test_how_it_ended_is_as_its_last_event_says(client: Client, event: dict[str, object], how: str, why: str) -> None:
    client.says(SAID, {**RESULT, **event})
    finished = client.sessions.finish(client.start())
    assert (finished.how, finished.why) == (how, why)


@pytest.mark.parametrize(
    ("script", "why", "words"),
    [
        ("echo 'Invalid API key' >&2; exit 1", "it ended with exit code 1", "Invalid API key"),
        ("kill -9 $$", "it was killed", ""),
        ("echo '{broken'", "it ended with exit code 0", ""),
    ],
)
def test_without_a_result_it_failed_and_its_last_lines_are_its_words(
    client: Client, script: str, why: str, words: str
) -> None:
    client.does(script)
    finished = client.sessions.finish(client.start())
    assert (finished.how, finished.why, finished.words) == ("failed", why, words)


def test_at_its_limit_it_is_ended_with_all_that_it_started_the_stubborn_too(client: Client) -> None:
    pids = client.folder / "pids"
    client.says(
        SAID,
        then=f"trap 'echo ended >{client.folder}/gently; exit 0' TERM\n"
        f"setsid sh -c 'trap \"\" TERM; echo $$ >>{pids}; while :; do sleep 1; done' &\nwhile :; do wait; done",
    )
    launch = client.start()
    eventually(lambda: pids.exists() and pids.read_text().strip(), "the session's own process")
    assert client.sessions.find(launch) is not None
    assert not client.sessions.overdue(launch)
    client.now += 61
    assert client.sessions.overdue(launch)

    finished = client.sessions.finish(launch)

    assert (finished.how, finished.why, finished.words) == ("limit", "it was ended after 1 minutes", "I begin.")
    assert (client.folder / "gently").exists()
    processes = HostProcesses()
    assert [pid for pid in pids.read_text().split() if processes.identify(int(pid)) is not None] == []


def test_a_worker_that_is_told_to_stop_stops_its_session(client: Client) -> None:
    client.says(SAID, then="sleep 600")
    launch = client.start()
    eventually(lambda: client.sessions.last_words(launch) == "I begin.", "the session's first words")
    client.pause = _interrupted_once(client)

    finished = client.sessions.finish(launch)

    assert (finished.how, finished.words) == ("interrupted", "I begin.")
    assert client.sessions.find(launch) is None


def test_another_process_finds_it_by_its_place_and_ends_it(client: Client) -> None:
    client.says(SAID, then="sleep 600")
    launch = client.start()
    other = ForegroundSessions(os.environ, str(client.folder / "state"), 60, now=lambda: client.now + 100)

    assert other.find(launch) is not None
    assert other.overdue(launch)
    client.now += 100
    assert client.sessions.finish(launch).how == "limit"
    assert other.find(launch) is None


def test_one_that_was_never_recorded_is_found_by_its_session(client: Client) -> None:
    client.says(SAID, then="sleep 600")
    launch = client.start()._replace(place=None, launched_at=client.now)
    other = ForegroundSessions(os.environ, str(client.folder / "state"), 60, now=lambda: client.now)

    eventually(lambda: other.find(launch), "the session")
    assert not other.overdue(launch)
    client.now += 61
    assert other.overdue(launch)
    assert other.finish(launch).how == "limit"
    assert other.find(launch) is None
    assert client.sessions.finish(launch).how == "failed"  # it was killed
    never = launch._replace(session="never")
    assert (other.find(never), other.finish(never).how) == (None, "interrupted")


def test_without_a_client_nothing_is_started(client: Client) -> None:
    with pytest.raises(NotStarted, match="there is no `claude` on the PATH"):
        ForegroundSessions({"PATH": "/nowhere", "HOME": "/nowhere"}, str(client.folder), 60).check()


def _interrupted_once(client: Client) -> Callable[[float], None]:
    """Ctrl-C, while it waits for the session."""

    def pause(_seconds: float) -> None:
        client.pause = sleep
        raise KeyboardInterrupt

    return pause
