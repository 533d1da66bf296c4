"""The client as a program: found, told what to do, and started with the environment of whoever launches."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.adapters.sessions.claude import Client
from mcp_server.adapters.sessions.tmux_panes import write_privately
from mcp_server.domain.launch import Launch, NotStarted

SHOWS = f"#!{sys.executable}\nimport json, os, sys\nprint(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]))\n"
ODD = 'it\'s $HOME; `x`\n"y" ü\\'


def launch(session: str | None = "s-1", worktree: str = "/r") -> Launch:
    return Launch("T1", 1, session, "tmux", "T1-add-login", worktree, None, None, 0.0)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    file = tmp_path / "bin dir" / "claude"
    file.parent.mkdir()
    file.write_text(SHOWS)
    file.chmod(0o755)
    return file


def test_the_client_is_the_one_on_the_path_or_the_users_own(program: Path, tmp_path: Path) -> None:
    assert Client({"PATH": str(program.parent)}).program() == str(program)
    own = tmp_path / ".claude" / "local" / "claude"
    own.parent.mkdir(parents=True)
    own.symlink_to(program)
    assert Client({"PATH": "/nowhere", "HOME": str(tmp_path)}).program() == str(own)
    with pytest.raises(NotStarted, match="no `claude` on the PATH"):
        Client({"PATH": "/nowhere", "HOME": "/nowhere"}).program()


def test_the_command_names_the_session_and_passes_on_what_it_was_given() -> None:
    client = Client({})
    words = client.command(launch(), "Do it", "haiku", ["--plugin-dir", "x"], program="claude")
    assert words == [
        "claude",
        "Do it",
        "--name",
        "T1-add-login",
        "--session-id",
        "s-1",
        "--model",
        "haiku",
        "--plugin-dir",
        "x",
    ]
    assert client.command(launch(None), "Do it", None, [], program="claude") == [
        "claude",
        "Do it",
        "--name",
        "T1-add-login",
    ]


def test_a_session_does_not_take_itself_for_the_one_that_launched_it() -> None:
    given = {"CLAUDECODE": "1", "CLAUDE_CODE_SESSION_ID": "x", "ANTHROPIC_API_KEY": "k", "CLAUDE_CODE_USE_BEDROCK": "1"}
    assert Client(given).environment() == {"ANTHROPIC_API_KEY": "k", "CLAUDE_CODE_USE_BEDROCK": "1"}


def test_the_script_starts_it_with_that_environment_and_leaves_no_trace(program: Path, tmp_path: Path) -> None:
    folder = tmp_path / "work; tree ü"
    folder.mkdir()
    client = Client({"SECRET": ODD, "PATH": os.environ["PATH"], "TERM": "dumb", "BASH_FUNC_x%%": "() { :; }"})
    file = tmp_path / "launches" / "s-1.sh"
    write_privately(file, client.script([str(program), ODD], str(folder)))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    served = {"PATH": "/usr/bin:/bin", "CLAUDECODE": "1", "TERM": "screen"}
    done = subprocess.run(["/bin/sh", str(file)], env=served, capture_output=True, text=True, check=True)

    words, directory, environment = json.loads(done.stdout)
    assert (words, directory) == ([ODD], str(folder))
    assert (environment["SECRET"], environment["TERM"]) == (ODD, "screen")
    assert "CLAUDECODE" not in environment
    assert not file.exists()
