"""The server until its environment is ready: it answers the client at once, sets up, then hands over.

A client waits half a minute for a server and no longer. So this one, which needs only the standard library, greets it
and lists the tools (from a copy kept beside the code), lets calls wait while the environment is created, starts the
real server and forwards everything to it. If the set-up fails, every call is answered with what is wrong.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "mcp_server" / "tools" / "tools.json"
"""What the server answers to `tools/list`; a test compares the two."""
METHOD_NOT_FOUND = -32601
GREETING_ID = "first-start"

Message = dict[str, Any]


class FirstStart:
    """A client's connection: served here until the real server takes over, then forwarded."""

    def __init__(self, set_up: list[str], out: IO[str]) -> None:
        self._set_up = set_up
        self._out = out
        self._lock = threading.Lock()
        self._waiting: list[Message] = []
        self._greeting: Message = {}
        self._server: subprocess.Popen[str] | None = None
        self._trouble: str | None = None

    def run(self, lines: IO[str]) -> None:
        """Serve `lines` until they end."""
        threading.Thread(target=self._make_ready, daemon=True).start()
        for line in lines:
            with self._lock:
                if self._server is not None:
                    self._forward(line)
                else:
                    self._answer_for_now(_message(line))
        if self._server is not None and self._server.stdin is not None:
            self._server.stdin.close()
            self._server.wait()

    def _answer_for_now(self, message: Message) -> None:
        method = message.get("method")
        if method == "initialize":
            self._greeting = message
            self._reply(message, result=_greeting(message))
        elif method == "tools/list":
            self._reply(message, result=json.loads(TOOLS.read_text(encoding="utf-8")))
        elif method == "ping":
            self._reply(message, result={})
        elif method == "tools/call":
            self._waiting.append(message)
            self._give_up_on_calls()
        elif "id" in message:
            self._reply(message, error={"code": METHOD_NOT_FOUND, "message": f"no {method} before the first set-up"})

    def _make_ready(self) -> None:
        done = subprocess.run(self._set_up, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            with self._lock:
                self._trouble = _trouble()
                self._give_up_on_calls()
            return
        command = [done.stdout.strip(), "-I", "-S", str(ROOT / "bin" / "serve.py")]
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._hand_over(server)

    def _hand_over(self, server: subprocess.Popen[str]) -> None:
        assert server.stdout is not None  # noqa: S101  for the type checker: it was opened with a pipe
        with self._lock:
            self._server = server
            if self._greeting:
                self._forward(json.dumps({**self._greeting, "id": GREETING_ID}) + "\n")
        for line in server.stdout:
            if self._greeting and json.loads(line).get("id") == GREETING_ID:
                break
        with self._lock:
            self._forward('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
            for message in self._waiting:
                self._forward(json.dumps(message) + "\n")
        for line in server.stdout:
            self._out.write(line)
            self._out.flush()

    def _forward(self, line: str) -> None:
        assert self._server is not None and self._server.stdin is not None  # noqa: S101, PT018  for the type checker
        try:
            self._server.stdin.write(line)
            self._server.stdin.flush()
        except OSError:
            sys.exit("interlock: the server ended")

    def _give_up_on_calls(self) -> None:
        """Answer the calls that wait, once it is known that they cannot be served."""
        if self._trouble is None:
            return
        for message in self._waiting:
            text = f"Interlock's tools are not available: {self._trouble}"
            self._reply(message, result={"content": [{"type": "text", "text": text}], "isError": True})
        self._waiting.clear()

    def _reply(self, message: Message, **outcome: object) -> None:
        self._out.write(json.dumps({"jsonrpc": "2.0", "id": message.get("id"), **outcome}) + "\n")
        self._out.flush()


def _message(line: str) -> Message:
    """The message in a line; for anything else an empty one, which asks for nothing."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _greeting(message: Message) -> Message:
    from mcp_server.bootstrap import check

    return {
        "protocolVersion": message.get("params", {}).get("protocolVersion"),
        "capabilities": {"tools": {"listChanged": False}},
        "serverInfo": {"name": "interlock", "version": check.version(str(ROOT))},
    }


def _trouble() -> str:
    from mcp_server.bootstrap import check

    root, data = sys.argv[1:3]
    known = check.status_of(root, data)
    return f"{known.get('words', 'the set-up failed')} {known.get('advice', 'Run bin/interlock doctor.')}"


def main() -> None:
    """Serve stdin and stdout, as `bin/interlock serve` does while the environment is not ready."""
    set_up = [sys.executable, "-I", "-S", str(ROOT / "mcp_server" / "bootstrap"), *sys.argv[1:3]]
    FirstStart(set_up, sys.stdout).run(sys.stdin)
    os._exit(0)  # the set-up may continue in its own process; nothing here is worth waiting for


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
