"""Taking Interlock out of a repository: what goes, what stays, who is asked."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import PLAN, ROOT, Shell


@pytest.fixture
def used(tmp_path: Path) -> Shell:
    """A repository with one commit in which everything that Interlock can leave has been left."""
    root = tmp_path / "repo"
    subprocess.run(["git", "init", "--quiet", "-b", "main", str(root)], check=True)
    (root / ".git/info/exclude").write_text("*.mine\n")
    (root / "CLAUDE.md").write_text("# Ours\n")
    who = ["-c", "user.name=p", "-c", "user.email=p@localhost"]
    subprocess.run(["git", "-C", str(root), "add", "."], check=True)
    subprocess.run(["git", "-C", str(root), *who, "commit", "--quiet", "-m", "start"], check=True)
    shell = Shell(root)
    before = listing(root)
    steps = [["init", "--claude-md"], ["plan", "-"], ["worktree", "add", "T1"], ["git-hook", "install"]]
    for words in steps:
        assert shell(*words, stdin=json.dumps(PLAN) if words[0] == "plan" else "").code == 0
    (root / ".claude/interlock.toml").write_text("lease_minutes = 20\n")
    assert listing(root) != before
    return shell


def listing(root: Path) -> dict[str, bytes]:
    """Every file of the repository, but for git's own bookkeeping of worktrees and branches."""
    files = (path for path in root.rglob("*") if path.is_file())
    found = {str(path.relative_to(root)): path.read_bytes() for path in files}
    return {name: data for name, data in found.items() if not name.startswith((".git/logs", ".git/index"))}


def test_with_everything_the_repository_is_as_it_was(used: Shell) -> None:
    removed = used("remove", "--settings", "--worktrees", "--yes")

    assert removed.code == 0, removed
    left = listing(used.directory)
    assert {name for name in left if not name.startswith(".git/")} == {"CLAUDE.md"}
    assert left["CLAUDE.md"] == b"# Ours\n"
    assert left[".git/info/exclude"] == b"*.mine\n"
    assert [name for name in left if "interlock" in name or "prepare-commit-msg" in name.removesuffix(".sample")] == [
        name for name in left if name.endswith("prepare-commit-msg.sample")
    ]
    assert not (used.directory / ".claude").exists()
    assert used("board").out.strip() == "Interlock is not in use in this repository; `interlock init` starts it."


def test_texts_settings_and_worktrees_stay_unless_they_are_named(used: Shell) -> None:
    used("init", "--tasks")

    removed = used("remove", "--yes", "--json").json

    assert removed["removed"] is True
    assert {Path(part["what"]).name for part in removed["stays"]} == {
        "T1-auth",
        "exclude",
        "TASKS.md",
        "CLAUDE.md",
        "interlock.toml",
    }
    status = subprocess.run(["git", "status", "--porcelain"], cwd=used.directory, capture_output=True, check=True)
    assert b"worktrees" not in status.stdout


def test_a_worktree_with_work_in_it_stays(used: Shell) -> None:
    tree = next((used.directory / ".claude/worktrees").iterdir())
    (tree / "new.py").write_text("x = 1\n")

    removed = used("remove", "--worktrees", "--yes", "--json").json

    [reason] = [part["why"] for part in removed["stays"] if part["what"] == str(tree)]
    assert "not committed: new.py" in reason
    assert (tree / "new.py").exists()


def test_nothing_goes_without_a_yes(used: Shell) -> None:
    before = listing(used.directory)

    asked = used("remove")

    assert (asked.code, "With --yes" in asked.out) == (1, True)
    assert str(used.directory / ".git/interlock") in asked.out
    assert {name for name in listing(used.directory) if "interlock/" not in name} == {
        name for name in before if "interlock/" not in name
    }


@pytest.mark.parametrize(("answer", "goes"), [(b"y\n", True), (b"n\n", False)])
def test_a_person_at_a_terminal_is_asked(used: Shell, answer: bytes, goes: bool) -> None:
    controller, terminal = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
    os.write(controller, answer)
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "mcp_server"), "remove"],
        stdin=terminal,
        capture_output=True,
        text=True,
        check=False,
        cwd=used.directory,
        env=kept | {"LOGNAME": "pat", "NO_COLOR": "1"},
    )
    os.close(controller)
    os.close(terminal)

    assert "This would be removed:" in done.stdout
    assert (done.returncode == 0, (used.directory / ".git/interlock").exists()) == (goes, not goes)


def test_it_is_refused_while_an_agent_holds_a_task_unless_it_is_forced(used: Shell) -> None:
    ada = Shell(used.directory, session="ada")
    assert ada("claim", "T2", "--json").json["granted"]

    refused = used("remove", "--yes")
    forced = used("remove", "--yes", "--force")

    assert (refused.code, "agent-1 still holds a task here" in refused.out) == (1, True)
    assert forced.code == 0
    assert "not in use" in ada("board").out


def test_a_state_that_cannot_be_read_is_removed_as_well(used: Shell) -> None:
    state = used.directory / ".git/interlock/state.db"
    state.write_bytes(b"nonsense" * 1000)
    for end in ("-wal", "-shm"):
        Path(f"{state}{end}").unlink(missing_ok=True)

    assert used("remove", "--yes").code == 0
    assert not state.parent.exists()


def test_what_a_killed_removal_or_a_killed_beginning_left_goes_too(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    interlock = Shell(tmp_path)
    for name in (".interlock-removed-1234", ".interlock-half"):
        folder = interlock.directory / ".git" / name
        folder.mkdir()
        (folder / "state.db").write_bytes(b"x")

    assert interlock("remove", "--yes").code == 0
    assert not list((interlock.directory / ".git").glob(".interlock-*"))
    assert interlock("remove", "--yes").code == 1, "nothing is left"


def test_outside_git_the_state_goes(tmp_path: Path) -> None:
    plain = Shell(tmp_path)
    assert plain("init").code == 0
    assert (tmp_path / ".claude/interlock/state.db").exists()

    assert plain("remove", "--yes").code == 0
    assert not (tmp_path / ".claude/interlock").exists()


def test_outside_git_workflows_are_the_projects_own_and_stay(tmp_path: Path) -> None:
    plain = Shell(tmp_path)
    flow = tmp_path / ".claude/interlock/workflows/flow.toml"
    flow.parent.mkdir(parents=True)
    flow.write_text('[[phases]]\nname = "one"\ntitle = "Do it"\n')
    assert plain("claim").code == 1, "workflows alone are no use of Interlock"
    assert plain("workflow", "start", "flow", "--yes").code == 0
    assert plain("claim").code == 0
    assert plain("done", "T1").code == 0

    assert plain("remove", "--yes", "--force").code == 0
    assert [path.name for path in (tmp_path / ".claude/interlock").iterdir()] == ["workflows"]
    assert flow.exists()
    assert "not in use" in plain("board").out
