"""The server's front answers as the library does, and hands over to it without a break."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mcp_server import front

ROOT = Path(__file__).parents[1]
META = {
    "io.modelcontextprotocol/protocolVersion": front.STATELESS,
    "io.modelcontextprotocol/clientInfo": {"name": "claude-code", "title": "Claude Code", "version": "2.1.332"},
    "io.modelcontextprotocol/clientCapabilities": {"roots": {"listChanged": True}, "elicitation": {"form": {}}},
}
LISTENING = {"toolsListChanged": True, "promptsListChanged": True, "resourcesListChanged": True}
Message = dict[str, Any]


def request(number: object, method: str, **params: object) -> Message:
    return {"jsonrpc": "2.0", "id": number, "method": method, **({"params": params} if params else {})}


def stateless(number: object, method: str, **params: object) -> Message:
    return request(number, method, _meta=META, **params)


def greeting(version: str) -> list[Message]:
    client = {"name": "claude-code", "version": "2.1.197"}
    first = request(0, "initialize", protocolVersion=version, capabilities={"roots": {}}, clientInfo=client)
    return [first, {"jsonrpc": "2.0", "method": "notifications/initialized"}]


LISTS = ("tools/list", "prompts/list", "resources/list", "ping")
OPENINGS = {
    version: [*greeting(version), *(request(number, method) for number, method in enumerate(LISTS, 1))]
    for version in front.GREETED
} | {
    front.STATELESS: [
        stateless("probe-1", "server/discover"),
        stateless("listen:0", "subscriptions/listen", notifications=LISTENING),
        *(stateless(number, method) for number, method in enumerate(LISTS[:3], 1)),
    ]
}
CALL = {
    **dict.fromkeys(front.GREETED, request(9, "tools/call", name="read_messages", arguments={})),
    front.STATELESS: stateless(9, "tools/call", name="read_messages", arguments={}),
}


class Client:
    """A client of a server that was started like this, in a repository that is not in use."""

    def __init__(self, folder: Path, *command: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "CLAUDE_PROJECT_DIR": str(folder)},
        )

    def send(self, *messages: Message | str) -> None:
        assert self._process.stdin is not None
        for message in messages:
            self._process.stdin.write((message if isinstance(message, str) else json.dumps(message)).encode() + b"\n")
        self._process.stdin.flush()

    def next(self) -> Message:
        assert self._process.stdout is not None
        message: Message = json.loads(self._process.stdout.readline())
        return message

    def ask(self, *messages: Message) -> list[Message]:
        """What is said to these, one after the other; notifications are not answered."""
        said = []
        for message in messages:
            self.send(message)
            if "id" in message:
                said.append(self.next())
        return said

    def has_loaded_the_library(self) -> bool:
        return "pydantic" in Path(f"/proc/{self._process.pid}/maps").read_text()

    def end(self) -> tuple[str, str]:
        """What it still said, and complained about."""
        said, complaint = self._process.communicate(timeout=60)
        return said.decode(), complaint.decode()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    made = Client(tmp_path, "-S", str(ROOT / "bin" / "serve.py"))
    yield made
    made.end()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Client]:
    """The server without its front."""
    made = Client(tmp_path, str(ROOT / "mcp_server"), "serve")
    yield made
    made.end()


@pytest.mark.parametrize("version", OPENINGS)
def test_the_front_says_what_the_library_says_and_loads_nothing(client: Client, library: Client, version: str) -> None:
    assert client.ask(*OPENINGS[version]) == library.ask(*OPENINGS[version])
    assert not client.has_loaded_the_library()


@pytest.mark.parametrize("version", OPENINGS)
def test_the_first_call_is_answered_by_the_library_and_nothing_is_said_twice(
    client: Client, library: Client, version: str
) -> None:
    for one in (client, library):
        one.ask(*OPENINGS[version])

    assert client.ask(CALL[version]) == library.ask(CALL[version])
    assert client.has_loaded_the_library()
    assert client.ask(OPENINGS[version][-1]) == library.ask(OPENINGS[version][-1])
    assert client.end() == library.end()


UNUSUAL: dict[str, list[Message | str]] = {
    "a version of the past": [*greeting("2023-01-01")[:1]],
    "a version of the future": [*greeting("2099-01-01")[:1]],
    "a greeting without a client": [request(0, "initialize", protocolVersion="2025-11-25", capabilities={})],
    "a second greeting": [*greeting("2025-11-25"), *greeting("2025-11-25")[:1]],
    "a request before the greeting": [request(1, "tools/list")],
    "a page of a list": [*greeting("2025-11-25"), request(1, "tools/list", cursor="2")],
    "an unknown method": [*greeting("2025-11-25"), request(1, "tools/forget")],
    "templates": [*greeting("2025-11-25"), request(1, "resources/templates/list")],
    "a ping that is none": [stateless(1, "ping")],
    "another stateless version": [request(1, "tools/list", _meta={**META, next(iter(META)): "2027-01-01"})],
    "an unknown tool": [*greeting("2025-11-25"), request(1, "tools/call", name="nothing", arguments={})],
    "a resource to listen to": [stateless("l", "subscriptions/listen", notifications={"resourceSubscriptions": ["x"]})],
}


@pytest.mark.parametrize("what", UNUSUAL)
def test_whatever_is_unusual_is_answered_by_the_library(client: Client, library: Client, what: str) -> None:
    messages = UNUSUAL[what]
    asked = sum(isinstance(message, dict) and isinstance(message.get("id"), int | str) for message in messages)
    for one in (client, library):
        one.send(*messages)

    assert [client.next() for _ in range(asked)] == [library.next() for _ in range(asked)]
    assert client.end() == library.end()


def test_a_client_that_leaves_early_ends_the_server(client: Client) -> None:
    client.ask(*OPENINGS["2025-11-25"])

    assert client.end() == ("", "")


def test_where_interlock_is_in_use_the_library_is_loaded_before_it_is_needed(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".git" / "interlock").mkdir()
    client = Client(tmp_path, "-S", str(ROOT / "bin" / "serve.py"))
    client.ask(*OPENINGS["2025-11-25"])
    deadline = time.monotonic() + 60

    while not client.has_loaded_the_library():
        assert time.monotonic() < deadline

    client.end()


def test_the_versions_are_those_of_the_library() -> None:
    from mcp_types.version import LATEST_PROTOCOL_VERSION

    assert LATEST_PROTOCOL_VERSION in (front.STATELESS, front.GREETED[-1])
