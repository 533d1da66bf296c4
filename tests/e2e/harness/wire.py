"""The part of the messages API that the client needs, on loopback."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.e2e.harness.turns import Json, Request, Turn


class Server(ThreadingHTTPServer):
    """Passes each request to `answer`, and failures on the way to `report`."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Request], Turn], report: Callable[[str], None]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.report = report
        self.numbers = itertools.count(1)
        self.given: list[tuple[Request, Json]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is killed hangs up in the middle of an answer; anything else is worth knowing."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            self.report(f"the model's server failed: {error!r}")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the requests are kept, not printed."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        match self.path.split("?")[0].rsplit("/", 1)[-1]:
            case "count_tokens":
                self._send(json.dumps({"input_tokens": 10}).encode())
            case "messages":
                self._answer(body)
            case _:
                self.send_error(404)

    def _answer(self, body: Json) -> None:
        turn = self.server.answer(Request(body))
        message = _message(turn, next(self.server.numbers), body.get("model", ""))
        self.server.given.append((Request(body), message))
        if body.get("stream"):
            self._send(b"".join(_events(message)), "text/event-stream")
        else:
            self._send(json.dumps(message).encode())

    def _send(self, data: bytes, content_type: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _message(turn: Turn, number: int, model: str) -> Json:
    text = [{"type": "text", "text": turn.text}] if turn.text else []
    uses = [
        {"type": "tool_use", "id": f"toolu_{number}_{place}", "name": use.tool, "input": use.arguments}
        for place, use in enumerate(turn.uses)
    ]
    return {
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": text + uses,
        "stop_reason": "tool_use" if uses else "end_turn",
        "stop_sequence": None,
        "usage": _usage(number),
    }


def _usage(number: int) -> Json:
    """What the message with this number costs: no two cost the same."""
    cache = {"cache_creation_input_tokens": 100 + 7 * number, "cache_read_input_tokens": 1_000 + 11 * number}
    return {"input_tokens": 10 + number, "output_tokens": 20 + 3 * number, **cache}


def _events(message: Json) -> Iterator[bytes]:
    begun = {**message["usage"], "output_tokens": 1}
    yield _event("message_start", message={**message, "content": [], "stop_reason": None, "usage": begun})
    for index, block in enumerate(message["content"]):
        start, delta = _halves(block)
        yield _event("content_block_start", index=index, content_block=start)
        yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    ending = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    yield _event("message_delta", delta=ending, usage={"output_tokens": message["usage"]["output_tokens"]})
    yield _event("message_stop")


def _halves(block: Json) -> tuple[Json, Json]:
    if block["type"] == "text":
        return {**block, "text": ""}, {"type": "text_delta", "text": block["text"]}
    return {**block, "input": {}}, {"type": "input_json_delta", "partial_json": json.dumps(block["input"])}


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n".encode()
