"""The log on the command line: all of it, one task's, and what comes while it is followed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import PLAN, ROOT, Shell


@pytest.fixture
def worked(tmp_path: Path) -> Shell:
    """A repository in which T1 was claimed and finished."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    shell = Shell(tmp_path)
    assert shell("plan", "-", stdin=json.dumps(PLAN)).code == 0
    for words in (["claim", "T1"], ["done", "T1", "--note", "merged by hand"], ["claim", "T2"]):
        assert shell(*words).code == 0
    return shell


def test_one_tasks_events(worked: Shell) -> None:
    shown = worked("log", "--task", "T1", "--json").json["events"]

    assert [(event["kind"], event["subject"]) for event in shown] == [
        ("planned", "T1"),
        ("claimed", "T1"),
        ("done", "T1"),
    ]
    assert "merged by hand" in worked("log", "--task", "T1").out
    assert worked("log", "--task", "T9").code == 2


def test_followed_it_shows_what_happens_next(worked: Shell) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
    command = [sys.executable, "-I", str(ROOT / "mcp_server"), "log", "--follow", "--task", "T2", "--json"]
    environment = kept | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=worked.directory, stdout=subprocess.PIPE, text=True, env=environment) as follows:
        assert follows.stdout is not None
        assert json.loads(follows.stdout.readline())["kind"] == "claimed"

        worked("done", "T2")

        assert json.loads(follows.stdout.readline())["kind"] == "done"
        follows.terminate()


def test_where_it_is_not_in_use_the_log_says_so(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)

    assert "`interlock init` starts it" in Shell(tmp_path)("log").out
