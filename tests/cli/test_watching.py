"""What opens a board: it says what it needs, shows a page until it is interrupted, and ends without a trace."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.cli.test_commands import PLAN, ROOT, Shell


@pytest.fixture
def planned(tmp_path: Path) -> Shell:
    """A repository with three tasks."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    shell = Shell(tmp_path)
    assert shell("plan", "-", stdin=json.dumps(PLAN)).code == 0
    return shell


def test_a_page_is_served_at_the_address_that_is_printed_until_it_is_interrupted(planned: Shell) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
    command = [sys.executable, "-I", str(ROOT / "mcp_server"), "board", "--web"]
    environment = kept | {"PYTHONUNBUFFERED": "1", "NO_COLOR": "1"}
    with subprocess.Popen(
        command, cwd=planned.directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as page:
        assert page.stdout is not None
        address = page.stdout.readline().split()[-1]
        with urllib.request.urlopen(address) as answer:  # noqa: S310  on this machine
            text = answer.read().decode()
        assert "T1" in text
        assert "Auth" in text
        page.send_signal(signal.SIGINT)
        _, errors = page.communicate(timeout=60)
        assert errors == ""


def test_a_port_that_is_taken_is_said(planned: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = planned("board", "--web", "--port", str(taken.getsockname()[1]))
    assert ran.code == 3
    assert "in use" in ran.err


def test_what_can_t_be_watched_is_said(planned: Shell, tmp_path: Path) -> None:
    assert "needs a terminal" in planned("board", "--watch").err
    assert "not both" in planned("board", "--watch", "--web").err
    other = tmp_path / "other"
    subprocess.run(["git", "init", "--quiet", str(other)], check=True)
    assert "`interlock init` starts it" in Shell(other)("board", "--web").out
