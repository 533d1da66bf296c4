"""Every message gets an answer: what the library for MCP would drop in silence, and damaged messages by the hundred.

`INTERLOCK_FUZZ=2000` tries more of them.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue
from typing import IO, Any

import pytest

from mcp_server.tools.well_formed import BAD_PARAMETERS, NO_REQUEST, NOT_JSON, WellFormed

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("INTERLOCK_FUZZ", "300"))
KEYS = """tasks task_id status note widen resource purpose minutes paths kind text since to subject body unread_only
    dry_run title scope id depends_on priority""".split()
ODD: list[Any] = [None, True, 0, -1, 1e308, "", "\ud800", "a\0b", "x" * 30_000, [], {}, ["a"], "T1", "src/**", "all"]


class Wire:
    """Lines that come, and what is written."""

    def __init__(self, *lines: str) -> None:
        self._lines = list(lines)
        self.written: list[dict[str, Any]] = []

    def readline(self) -> str:
        """The next of the lines."""
        return self._lines.pop(0) if self._lines else ""

    def write(self, line: str) -> None:
        """Keep what is written."""
        self.written.append(json.loads(line))

    def flush(self) -> None:
        """Nothing is kept back."""


@pytest.mark.parametrize(
    ("line", "number", "code"),
    [
        ("nonsense", None, NOT_JSON),
        ('{"id": 1', None, NOT_JSON),
        ("[" * 100_000, None, NOT_JSON),
        ('{"id": 1, "method": "ping", "params": {"x": NaN}}', None, NOT_JSON),
        ("[]", None, NO_REQUEST),
        ('{"id": 1.5, "method": "ping"}', None, NO_REQUEST),
        ('{"id": null, "method": "ping"}', None, NO_REQUEST),
        ('{"id": 7}', 7, NO_REQUEST),
        ('{"id": "a", "method": 5}', "a", NO_REQUEST),
        ('{"id": 7, "method": "tools/call", "params": ["x"]}', 7, BAD_PARAMETERS),
    ],
)
def test_what_is_no_message_is_answered_and_not_passed_on(line: str, number: object, code: int) -> None:
    wire = Wire(line + "\n", "\n", '{"id": 8, "method": "ping"}\n')
    assert json.loads(WellFormed(wire, wire).readline())["id"] == 8
    assert [(answer["id"], answer["error"]["code"]) for answer in wire.written] == [(number, code)]


def test_half_a_character_is_replaced_and_a_whole_one_stays() -> None:
    wire = Wire('{"id": 1, "method": "m", "params": {"a": "\\ud800x", "b": "\\ud83d\\ude00", "\\udc00": 1}}\n')
    assert json.loads(WellFormed(wire, wire).readline())["params"] == {"a": "\ufffdx", "b": "😀", "\ufffd": 1}


def test_answers_and_notifications_are_passed_on_as_they_are() -> None:
    lines = ['{"id": 1, "result": {}}\n', '{"method": "notifications/x"}\n', '{"id": 2, "error": {"code": 1}}\n']
    wire = Wire(*lines)
    sifted = WellFormed(wire, wire)
    assert [sifted.readline() for _ in range(4)] == [*lines, ""]
    assert wire.written == []


def value(draw: random.Random, depth: int = 0) -> Any:
    """Anything that JSON can hold, and half characters."""
    if draw.random() < 0.6 or depth > 2:
        return draw.choice(ODD)
    parts = [value(draw, depth + 1) for _ in range(draw.randrange(4))]
    return parts if draw.random() < 0.5 else {draw.choice(KEYS): part for part in parts}


def message(draw: random.Random, number: int, tools: list[str]) -> dict[str, Any]:
    """A call of a tool, or something like one."""
    arguments = {draw.choice(KEYS): value(draw) for _ in range(draw.randrange(5))}
    made = {"jsonrpc": "2.0", "id": number, "method": "tools/call"}
    kind = draw.random()
    if kind < 0.1:
        return {**made, "method": draw.choice(["tools/list", "ping", "nope", "resources/read"])}
    if kind < 0.2:
        return {**made, "params": value(draw)}
    if kind < 0.25:
        return {**made, "params": {"name": value(draw), "arguments": value(draw), "_meta": value(draw)}}
    return {**made, "params": {"name": draw.choice(tools), "arguments": arguments}}


def collect(output: IO[bytes], answers: Queue[dict[str, Any]]) -> None:
    """Put each answer into the queue."""
    for line in output:
        answers.put(json.loads(line))


def test_every_damaged_message_is_answered_in_words(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    environment = {name: text for name, text in os.environ.items() if not name.startswith("CLAUDE")}
    with subprocess.Popen(
        [sys.executable, "-I", str(ROOT / "bin" / "serve.py")],
        cwd=tmp_path,
        env=environment | {"CLAUDE_PROJECT_DIR": str(tmp_path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        answers: Queue[dict[str, Any]] = Queue()
        threading.Thread(target=collect, args=(server.stdout, answers), daemon=True).start()
        first = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
        opening = [
            {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": first},
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
        ]
        tools = [tool["name"] for tool in json.loads((ROOT / "mcp_server/tools/tools.json").read_text())["tools"]]
        draw = random.Random(5)  # noqa: S311  the same every time
        for made in opening:
            server.stdin.write(json.dumps(made).encode() + b"\n")
        server.stdin.flush()
        assert answers.get(timeout=60)["id"] == 0
        kinds = {"ok": 0, "refused": 0, "error": 0}
        for number in range(1, ROUNDS + 1):
            made = message(draw, number, tools)
            server.stdin.write(json.dumps(made).encode() + b"\n")
            server.stdin.flush()
            answer = answers.get(timeout=60)
            assert answer["id"] == number, made
            assert "Traceback" not in json.dumps(answer)
            refused = "result" in answer and answer["result"].get("isError")
            kinds["error" if "error" in answer else "refused" if refused else "ok"] += 1
        assert all(kinds.values()), kinds
        server.stdin.close()
        assert server.wait(30) == 0
