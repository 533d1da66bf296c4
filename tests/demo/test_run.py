"""The demo works, reports when it does not, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
PARTS = ("bin", "hooks", "mcp_server", ".claude-plugin")
EDITORS = "^(Edit|Write|MultiEdit|NotebookEdit)$"
DEAF = {"type": "command", "command": "cat >/dev/null"}


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    root = tmp_path / "copy"
    for part in PARTS:
        shutil.copytree(PROJECT / part, root / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy2(PROJECT / "requirements.txt", root)
    return root


def start(root: Path, temporary: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", str(root / "mcp_server"), "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )


def play(root: Path, temporary: Path) -> tuple[int, str]:
    with start(root, temporary) as process:
        output, _ = process.communicate()
        return process.returncode, " ".join(output.split())


def assert_nothing_left(temporary: Path) -> None:
    assert list(temporary.iterdir()) == []
    assert [pid for pid in processes() if str(temporary) in command_of(pid)] == []


def processes() -> list[str]:
    return [entry.name for entry in Path("/proc").glob("[0-9]*")]


def command_of(pid: str) -> str:
    """The command line and the working directory of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace") + str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return ""


def test_all_goes_as_it_should(temporary: Path) -> None:
    code, output = play(PROJECT, temporary)
    assert code == 0, output
    for shown in (
        "both may write shop/money.py",
        "lies outside your scope",
        "granted as soon as it was released",
        "kill -9",
        "taken over from",
        "reads it: ",
        "tests all 6 pass",
        "Everything worked",
    ):
        assert shown in output, output
    assert len(output.splitlines()) <= 45, "it fits a screen"
    assert "\x1b" not in output, "colours are for terminals"
    assert_nothing_left(temporary)


def with_a_deaf_guard(root: Path) -> None:
    """Edits no longer reach the guard; the callers of Interlock's tools are still recorded."""
    file = root / "hooks" / "hooks.json"
    hooks = json.loads(file.read_text())
    [group] = hooks["hooks"]["PreToolUse"]
    group["matcher"] = "^mcp__.+$"
    hooks["hooks"]["PreToolUse"].append({"matcher": EDITORS, "hooks": [DEAF]})
    file.write_text(json.dumps(hooks))


def without_callers(root: Path) -> None:
    append(root / "hooks" / "event" / "announce.py", "def announce(event, tool):\n    return ''\n")


def with_a_blind_planner(root: Path) -> None:
    blind = "_seeing = plan_tasks\ndef plan_tasks(*a, **k):\n    return _seeing(*a, **k)._replace(overlaps=())\n"
    append(root / "mcp_server" / "core" / "tasks" / "plan.py", blind)


def with_claims_for_everybody(root: Path) -> None:
    generous = """
def claim_task(place, agent_id, task_id=None):
    with place.store.reading() as books:
        return Claimed(books.tasks.get(task_id or "auth"), 1, 0.0, ())
"""
    append(root / "mcp_server" / "core" / "tasks" / "claim.py", generous)


def with_the_dead_kept_alive(root: Path) -> None:
    append(root / "mcp_server" / "adapters" / "host" / "processes.py", "HostProcesses.state = lambda *_: 'lives'\n")


def append(module: Path, code: str) -> None:
    """Code appended to a module replaces earlier definitions."""
    module.write_text(f"{module.read_text()}\n\n{code}")


@pytest.mark.parametrize(
    ("sabotage", "said"),
    [
        (with_a_deaf_guard, "edit of shop/billing/invoice.py to be blocked"),
        (without_callers, "the calling agent is unknown"),
        (with_a_blind_planner, "billing and catalog to be found to overlap"),
        (with_claims_for_everybody, "exactly one winner"),
        (with_the_dead_kept_alive, "to take auth over"),
    ],
)
def test_what_does_not_go_as_it_should_ends_it(
    copy: Path, temporary: Path, sabotage: Callable[[Path], None], said: str
) -> None:
    sabotage(copy)
    code, output = play(copy, temporary)
    assert code != 0, output
    assert "The demo failed" in output
    assert said in output
    assert "Traceback" not in output
    assert_nothing_left(temporary)


@pytest.mark.parametrize(("scene", "number"), [("1.", signal.SIGTERM), ("5.", signal.SIGINT)])
def test_when_it_is_stopped_everything_is_put_away(temporary: Path, scene: str, number: signal.Signals) -> None:
    with start(PROJECT, temporary) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(scene):
                break
        process.send_signal(number)
        output = process.stdout.read()
    assert process.returncode == 130, output
    assert "Traceback" not in output
    assert_nothing_left(temporary)
