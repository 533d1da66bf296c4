"""The shell that a command was typed in, with real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.host.shell import HostShell

ROOT = Path(__file__).resolve().parents[3]
ASK = """
import json, os, sys
sys.path.insert(0, {root!r})
from mcp_server.adapters.host.shell import HostShell
shell = HostShell(os.environ)
print(json.dumps([shell.session, [process.pid for process in shell.ancestors], shell.runs(sys.argv[1])]))
"""


def ask(command: str, *, session: str | None = None) -> tuple[str | None, list[int], bool]:
    """What a command sees that Claude Code's shell runs: `command` is what the shell evaluates."""
    quoted = "'" + command.replace("'", "'\"'\"'") + "'"
    environment = {**os.environ, "ASK": ASK.format(root=str(ROOT)), "PYTHON": sys.executable, "COMMAND": command}
    environment.pop("CLAUDE_CODE_SESSION_ID", None)
    if session:
        environment["CLAUDE_CODE_SESSION_ID"] = session
    text = f"shopt -u extglob; eval {quoted} && pwd -P >| /dev/null"
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True, env=environment)
    found = json.loads(done.stdout.splitlines()[-1])
    return found[0], found[1], found[2]


RUN = '"$PYTHON" -c "$ASK" "$COMMAND"; :'


def test_the_session_is_what_the_environment_says() -> None:
    assert ask(RUN, session="s1")[0] == "s1"
    assert ask(RUN)[0] is None


def test_the_ancestors_reach_up_to_the_process_that_started_the_shell() -> None:
    _, pids, _ = ask(RUN)
    assert os.getpid() in pids
    assert pids.index(os.getpid()) >= 1


@pytest.mark.parametrize("command", [RUN, f"echo 'it''s' >/dev/null\n{RUN}", f": {'x' * 3_000}; {RUN}"])
def test_a_shells_command_is_recognised_however_it_is_quoted_and_from_its_first_part(command: str) -> None:
    assert ask(command)[2]
    pid = os.getpid()
    assert HostProcesses().identify(pid) in HostShell({}, pid).ancestors


def test_another_command_is_not_the_shells() -> None:
    assert not HostShell({}, os.getpid()).runs("interlock claim T1 --json --of-nobody")
