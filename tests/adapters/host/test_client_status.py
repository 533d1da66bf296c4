"""What Claude Code says of itself: whether it waits for its user."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.adapters.host import client_status
from mcp_server.adapters.host.processes import HostProcesses

pytestmark = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="the client's folder is found by /proc")


class Client:
    """A process that keeps its file in `folder`."""

    def __init__(self, folder: Path, variable: str, value: Path) -> None:
        self._folder = folder / "sessions"
        self._folder.mkdir(parents=True)
        self.process = subprocess.Popen(
            [sys.executable, "-c", "print(flush=True); input()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, variable: str(value)},
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()
        known = HostProcesses().identify(self.process.pid)
        assert known is not None
        self.started = known.started

    def says(self, text: str) -> bool | None:
        """What is made of the file with this text."""
        (self._folder / f"{self.process.pid}.json").write_text(text)
        return client_status.is_asking(self.process.pid, self.started)

    def states(self, **fields: object) -> bool | None:
        """The same with these fields beside those that name the process."""
        return self.says(json.dumps({"pid": self.process.pid, "procStart": self.started, **fields}))


@pytest.fixture(params=["HOME", "CLAUDE_CONFIG_DIR"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    folder = tmp_path / ".claude" if request.param == "HOME" else tmp_path / "config"
    made = Client(folder, request.param, tmp_path if request.param == "HOME" else folder)
    yield made
    made.process.communicate()


@pytest.mark.parametrize(("status", "asks"), [("waiting", True), ("busy", False), ("idle", False), ("shell", False)])
def test_a_client_says_whether_it_waits_for_its_user(client: Client, status: str, *, asks: bool) -> None:
    assert client.states(status=status, waitingFor="permission prompt") is asks


@pytest.mark.parametrize("text", ["", "[]", "nonsense", '{"status": "waiting"}', '"waiting"'])
def test_what_can_not_be_read_is_unknown(client: Client, text: str) -> None:
    assert client.says(text) is None


def test_the_file_of_another_process_says_nothing(client: Client) -> None:
    assert client.states(status="waiting", procStart="1") is None
    assert client.states(status=7) is None
    assert client_status.is_asking(2**31 - 1, "1") is None
