"""Until its environment is ready, does the server greet at once, let calls wait, and then hand over or explain?"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SERVE = """
import sys; sys.path.insert(0, {root!r})
from mcp_server.bootstrap import first_start
set_up = [sys.executable, "-c", {set_up!r}]
first_start.FirstStart(set_up, sys.stdout).run(sys.stdin)
"""
GREETING = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}


class Client:
    """A client on stdin and stdout of a server whose set-up is a script of the test's."""

    def __init__(self, set_up: str, repo: Path) -> None:
        script = SERVE.format(root=str(ROOT), set_up=set_up)
        command, pipe = [sys.executable, "-c", script, str(repo), str(repo)], subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=repo, start_new_session=True)

    def end(self) -> None:
        """Kill it and whatever set-up it has running."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe
            pipe.close()

    def send(self, method: str, number: int | None = None, **params: Any) -> None:
        """A request, or a notification when it has no number."""
        assert self.process.stdin
        message = {"jsonrpc": "2.0", "method": method, "params": params} | (
            {"id": number} if number is not None else {}
        )
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """The next answer."""
        assert self.process.stdout
        heard: dict[str, Any] = json.loads(self.process.stdout.readline())
        return heard


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    return tmp_path / "go"


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    root.mkdir()
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return root


def waiting_for(gate: Path, then: str) -> str:
    """A set-up that waits for the test to open a gate (a FIFO), and then does `then`."""
    return f"open({str(gate)!r}).read(); {then}"


@pytest.fixture
def slow(gate: Path, repo: Path) -> Iterator[Client]:
    subprocess.run(["mkfifo", str(gate)], check=True)
    client = Client(waiting_for(gate, f"print({sys.executable!r})"), repo)
    yield client
    client.end()


def test_it_greets_and_lists_its_tools_while_the_set_up_runs(slow: Client) -> None:
    slow.send("server/discover", 0)
    slow.send("initialize", 1, **GREETING)
    slow.send("tools/list", 2)
    slow.send("ping", 3)

    assert slow.answer()["error"]["code"] == -32601
    greeting = slow.answer()["result"]
    assert (greeting["protocolVersion"], greeting["serverInfo"]["name"]) == ("2025-11-25", "interlock")
    assert "claim_task" in {tool["name"] for tool in slow.answer()["result"]["tools"]}
    assert slow.answer()["result"] == {}


def test_invalid_messages_are_ignored(slow: Client) -> None:
    assert slow.process.stdin
    for line in ("", "nonsense", "[1]", "null", '{"method": 5}', "[" * 100_000):
        slow.process.stdin.write(line + "\n")
    slow.send("ping", 1)

    assert slow.answer() == {"jsonrpc": "2.0", "id": 1, "result": {}}


def test_a_call_waits_and_is_answered_by_the_real_server(slow: Client, gate: Path) -> None:
    slow.send("initialize", 1, **GREETING)
    slow.send("notifications/initialized")
    slow.send("tools/call", 2, name="scope_check", arguments={"paths": ["a.py"]})
    assert slow.answer()["id"] == 1

    gate.write_text("go")
    first = slow.answer()
    slow.send("tools/call", 3, name="board", arguments={})
    second = slow.answer()

    answers = [(answer["id"], answer["result"]["structuredContent"]["reason"]) for answer in (first, second)]
    assert answers == [(2, "not_in_use"), (3, "not_in_use")]


def test_it_ends_with_its_client(slow: Client, gate: Path) -> None:
    slow.send("initialize", 1, **GREETING)
    slow.answer()
    gate.write_text("go")
    slow.send("tools/list", 2)
    slow.answer()

    assert slow.process.stdin
    slow.process.stdin.close()

    assert slow.process.wait() == 0


def test_when_the_set_up_fails_every_call_says_so(repo: Path) -> None:
    client = Client("raise SystemExit(3)", repo)
    client.send("initialize", 1, **GREETING)
    client.answer()
    for number in (2, 3):
        client.send("tools/call", number, name="claim_task", arguments={})
        said = client.answer()
        assert said["id"] == number
        assert said["result"]["isError"]
        assert "Interlock's tools are not available" in said["result"]["content"][0]["text"]
    client.end()
