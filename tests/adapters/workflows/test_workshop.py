"""What workflows need of the machine: their files, lists by git, and commands that are never run twice at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mcp_server.adapters.host.processes import HostProcesses
from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.workflows.run_command import run_command
from mcp_server.adapters.workflows.workshop import HostWorkshop
from tests.adapters.git_repositories import git
from tests.e2e.harness.processes import eventually

OURS = Path(__file__).resolve().parents[3]
HOLDER = """
import sys
from mcp_server.adapters.host.repository import Repository
from mcp_server.adapters.workflows.workshop import HostWorkshop
from pathlib import Path
root = sys.argv[1]
HostWorkshop(Repository(root, root + "/.git/interlock", root), Path(root)).checked(sys.argv[2], 5, "gate")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a few files, one of which git ignores."""
    for name in ("src/a.py", "src/[id]/b.py", "packages/one/x.ts", "packages/one/lib/y.ts", "packages/two/z.ts"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n")
    (tmp_path / ".gitignore").write_text("*.log\n")
    (tmp_path / "src/noise.log").write_text("x\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "src/a.py")
    git(tmp_path, "commit", "-q", "-m", "start")
    return tmp_path


def workshop(root: Path, plugin: Path = OURS) -> HostWorkshop:
    return HostWorkshop(Repository(str(root), str(root / ".git/interlock"), str(root)), plugin)


def test_the_files_that_patterns_cover_are_those_that_git_knows_or_would(root: Path) -> None:
    assert workshop(root).files(["src/**"]) == ["src/[id]/b.py", "src/a.py"]
    (root / "src/a.py").unlink()
    assert workshop(root).files(["src/*.py"]) == [], "deleted, whatever the index says"


def test_a_pattern_names_folders_and_not_those_below(root: Path) -> None:
    assert workshop(root).folders(["packages/*"]) == ["packages/one", "packages/two"]
    assert workshop(root).folders(["packages/*/lib"]) == ["packages/one/lib"]


def test_outside_git_all_files_count(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x\n")
    assert workshop(tmp_path).files(["*.py"]) == ["a.py"]


def test_the_repositorys_workflow_replaces_the_plugins_and_counts_as_seen_once_it_is_committed(root: Path) -> None:
    brought = workshop(root).read("audit")
    assert brought is not None
    assert (brought.is_committed, brought.place) == (True, "the plugin's audit.toml")
    assert workshop(root).write("audit", "mine", replace=False) == ".claude/interlock/workflows/audit.toml"
    assert workshop(root).write("audit", "other", replace=False) is None
    own = workshop(root).read("audit")
    assert own is not None
    assert (own.text, own.is_committed) == ("mine", False)
    git(root, "add", ".claude")
    git(root, "commit", "-q", "-m", "audit")
    again = workshop(root).read("audit")
    assert again is not None
    assert again.is_committed
    Path(workshop(root).file("audit")).write_text("changed")
    changed = workshop(root).read("audit")
    assert changed is not None
    assert not changed.is_committed
    assert workshop(root).read("nothing") is None
    assert workshop(root).names() == ["add-tests", "audit", "codemod"]


def test_a_command_is_run_in_the_main_worktree_for_nobodys_session_with_interlock_on_its_path(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", "s1")
    monkeypatch.setenv("CLAUDE_PLUGIN_DATA", "/data")
    printed = workshop(root).listed('pwd; echo "$CLAUDE_CODE_SESSION_ID,$CLAUDE_PLUGIN_DATA"; command -v interlock', 1)
    assert printed.lines == (str(root), ",/data", str(OURS / "bin/interlock"))
    assert workshop(root).listed("echo no >&2; exit 3", 1) == (3, ("no",), "")


def test_a_gate_keeps_all_that_it_printed_and_tells_its_last_lines(root: Path) -> None:
    printed = workshop(root).checked("seq 100; exit 4", 1, "audit-1-read")
    assert (printed.code, len(printed.lines), printed.lines[-1]) == (4, 40, "100")
    assert Path(printed.log).read_text().startswith("1\n2\n")
    assert Path(printed.log).stat().st_mode & 0o077 == 0


def test_what_takes_too_long_is_ended_with_all_that_it_began(root: Path) -> None:
    assert run_command("cat", str(root), os.environ, 60).code == 0, "it has no input to wait for"
    ran = run_command("mkfifo pipe; cat pipe & echo $! > pid; wait", str(root), os.environ, 0.3)
    assert ran.code is None
    pid = int((root / "pid").read_text())
    eventually(lambda: HostProcesses().identify(pid) is None, "the end of what it began")


def test_a_gate_that_a_killed_process_left_running_is_waited_for(root: Path) -> None:
    """It holds the lock until the command itself has ended, which here reads a pipe."""
    os.mkfifo(root / "pipe")
    os.mkfifo(root / "ready")
    command = "echo one >> order; echo up > ready; cat pipe >> order"
    (root / ".git/interlock").mkdir()
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(root), command], cwd=OURS)
    assert (root / "ready").read_text() == "up\n"
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    second = threading.Thread(target=lambda: workshop(root).checked("echo three >> order", 1, "gate"))
    second.start()
    second.join(0.2)
    assert second.is_alive()
    (root / "pipe").write_text("two\n")
    second.join()
    assert (root / "order").read_text() == "one\ntwo\nthree\n"
