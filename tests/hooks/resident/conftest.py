"""A session whose server runs beside its hooks: these tests are its client."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hooks.runner import ROOT, Hooks

SECONDS = 20
_CLIENT = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "tests", "version": "1"}}
OPENING = b"".join(
    json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n"
    for message in (
        {"id": 0, "method": "initialize", "params": _CLIENT},
        {"method": "notifications/initialized"},
        {"id": 1, "method": "tools/list"},
    )
)
"""What every client says at its start; after it the server listens, wherever it was started."""


class Server:
    """The server of the session in whose name the hooks run."""

    def __init__(self, hooks: Hooks, root: Path = ROOT, *, client: int | None = None) -> None:
        self._client = client or os.getpid()
        self.data = Path(hooks.environment["CLAUDE_PLUGIN_DATA"])
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", str(root / "bin" / "serve.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=hooks.repo,
            env={**hooks.environment, "INTERLOCK_CLIENT_PID": str(self._client)},
        )
        assert self._process.stdin is not None
        self._process.stdin.write(OPENING)
        self._process.stdin.flush()
        try:
            wait_until(lambda: self.sockets() != [] or self._process.poll() is not None)
        except BaseException:
            self.kill()
            raise

    def sockets(self) -> list[Path]:
        """The sockets of this session."""
        return sorted((self.data / "sockets").glob(f"{self._client}-*"))

    @property
    def socket(self) -> Path:
        [only] = self.sockets()
        return only

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, number: int, method: str, **params: object) -> None:
        """Ask it something, as the client does."""
        assert self._process.stdin is not None
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        self._process.stdin.write(json.dumps(message).encode() + b"\n")
        self._process.stdin.flush()

    def answer(self, number: int) -> dict[str, Any]:
        """Its answer to that."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            message: dict[str, Any] = json.loads(line)
            if message.get("id") == number:
                return message
        raise AssertionError("the server ended")

    def stop(self) -> None:
        """Let it hang."""
        os.kill(self.pid, signal.SIGSTOP)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def end(self) -> str:
        """End it as the client does; what it complained about."""
        if self._process.poll() is not None:
            return ""
        os.kill(self.pid, signal.SIGCONT)
        try:
            return self._process.communicate(timeout=SECONDS)[1].decode()
        except subprocess.TimeoutExpired:
            self.kill()
            raise


@pytest.fixture
def server(hooks: Hooks) -> Iterator[Server]:
    started = Server(hooks)
    yield started
    started.end()


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def started_pythons(hooks: Hooks) -> Path:
    """From now on a hook's own Python is written down in this file before it starts."""
    data = Path(hooks.environment["CLAUDE_PLUGIN_DATA"])
    hooks.send("PostToolBatch")  # finds the interpreter
    python, *asked = (data / "python").read_text().splitlines() if (data / "python").exists() else [sys.executable, ""]
    log, wrapper = data / "started", data / "watched-python"
    wrapper.write_text(f'#!/bin/sh\necho started >>{json.dumps(str(log))}\nexec {json.dumps(python)} "$@"\n')
    wrapper.chmod(0o755)
    (data / "python").write_text("\n".join([str(wrapper), *asked]) + "\n")
    log.touch()
    return log
