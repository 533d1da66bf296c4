"""Workers as processes, with a stand-in for the client: many at once, killed, told to stop; answers and exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_commands import ROOT, Ran, Shell
from tests.e2e.harness.processes import eventually

CLIENT = """#!/bin/sh
# Says who it is, waits for the word, and answers.
for word; do case $word in T[0-9]*-*) echo "$word" >>"$HOME/started" ;; esac; done
while [ ! -e "$HOME/go" ]; do sleep 0.05; done
echo '{"type":"result","subtype":"success","is_error":false,"result":"It is 42.","num_turns":1,"total_cost_usd":0.5}'
"""
READING = {"tasks": [{"title": f"Read {name}", "scope": []} for name in "ab"]}


class Workers:
    """A repository with two tasks for reading, and workers that are started side by side."""

    def __init__(self, shell: Shell, home: Path) -> None:
        self.shell, self.home = shell, home
        self.inbox = shell.directory / ".claude" / "inbox"
        self.outbox = shell.directory / ".claude" / "outbox"

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A worker that is not waited for."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
        return subprocess.Popen(
            [sys.executable, "-I", str(ROOT / "mcp_server"), "work", "--json", *words],
            cwd=self.shell.directory,
            env=kept | {"LOGNAME": "pat", "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def started(self) -> list[str]:
        """The sessions that have been started."""
        file = self.home / "started"
        return [word.partition("-")[0] for word in file.read_text().split()] if file.exists() else []

    def go(self) -> None:
        """Every session ends now."""
        (self.home / "go").touch()

    def statuses(self) -> dict[str, str]:
        """The tasks' states."""
        return {task["id"]: task["status"] for task in self.shell("board", "--json").json["tasks"]}


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workers:
    root, home = tmp_path / "my repo", tmp_path / "home"
    for folder in (root, home, tmp_path / "bin"):
        folder.mkdir()
    git = ["git", "-C", str(root), "-c", "user.name=T", "-c", "user.email=t@example.invalid"]
    subprocess.run(["git", "init", "--quiet", "-b", "main", str(root)], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "Start"], check=True)
    (tmp_path / "bin" / "claude").write_text(CLIENT)
    (tmp_path / "bin" / "claude").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(home))
    shell = Shell(root)
    assert shell("init").code == 0
    return Workers(shell, home)


def ended(worker: subprocess.Popen[str]) -> Ran:
    said, complaints = worker.communicate(timeout=120)
    assert "Traceback" not in complaints
    return Ran(worker.returncode, said, complaints)


def test_three_workers_at_once_are_one_for_each_of_two_tasks_and_one_without_work(workers: Workers) -> None:
    assert workers.shell("plan", "-", stdin=json.dumps(READING)).code == 0
    three = [workers.start() for _ in range(3)]
    eventually(lambda: len(workers.started) == 2 and any(each.poll() is not None for each in three), "two sessions")
    workers.go()
    answers = [ended(each) for each in three]

    runs = [[(run["task"], run["status"]) for run in ran.json["runs"]] for ran in answers]
    assert sorted(runs) == [[], [("T1", "done")], [("T2", "done")]]
    assert [ran.code for ran in answers] == [0, 0, 0]
    assert sorted(workers.started) == ["T1", "T2"]


def test_three_workers_at_once_answer_a_request_once(workers: Workers) -> None:
    workers.inbox.mkdir(parents=True)
    (workers.inbox / "answer.md").write_text("What is the answer?\n")
    workers.go()
    runs = [run for ran in [ended(each) for each in [workers.start() for _ in range(3)]] for run in ran.json["runs"]]

    assert [(run["task"], run["request"]) for run in runs] == [("T1", "answer.md")]
    assert workers.started == ["T1"]
    assert (workers.outbox / "answer.md").read_text().endswith("# What is the answer?\n\nIt is 42.\n")
    git = ["git", "-C", str(workers.shell.directory), "status", "--short"]
    assert subprocess.run(git, capture_output=True, text=True, check=True).stdout == ""


def test_after_a_worker_was_killed_its_session_is_answered_for_and_nothing_runs_twice(workers: Workers) -> None:
    workers.inbox.mkdir(parents=True)
    (workers.inbox / "answer.md").write_text("What is the answer?\n")
    worker = workers.start()
    eventually(lambda: workers.started == ["T1"], "the session")
    worker.kill()
    worker.communicate()
    assert workers.shell("watch", "--once", "--json").json["concluded"] == []
    assert not workers.outbox.exists()

    workers.go()
    found = eventually(lambda: workers.shell("watch", "--once", "--json").json["concluded"], "the end of the session")

    assert [(run["task"], run["status"], run["request"]) for run in found] == [("T1", "done", "answer.md")]
    assert "It is 42." in (workers.outbox / "answer.md").read_text()
    assert workers.started == ["T1"]
    assert workers.shell("work", "--json").json["runs"] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_gives_its_task_back_first(workers: Workers, number: signal.Signals) -> None:
    assert workers.shell("plan", "-", stdin=json.dumps(READING)).code == 0
    worker = workers.start()
    eventually(lambda: workers.started, "the session")
    worker.send_signal(number)
    ran = ended(worker)

    assert (ran.code, [run["ended"] for run in ran.json["runs"]]) == (0, ["interrupted"])
    assert workers.statuses() == {"T1": "todo", "T2": "todo"}
    assert workers.shell("board", "--json").json["claims"] == []


def test_at_the_wall_limit_it_ends_as_a_failure(workers: Workers) -> None:
    assert workers.shell("plan", "-", stdin=json.dumps(READING)).code == 0
    ran = workers.shell("work", "T2", "--minutes", "0.02")
    assert (ran.code, "T2 is not finished, and will be tried again" in ran.out) == (3, True)
    assert "it was ended after 0.02 minutes" in ran.out
    assert workers.started == ["T2"]


def test_all_that_is_ready_is_worked_on_one_after_the_other_and_each_once(workers: Workers) -> None:
    plan = {"tasks": [*READING["tasks"], {"title": "Write", "scope": ["x"]}]}
    assert workers.shell("plan", "-", stdin=json.dumps(plan)).code == 0
    workers.go()
    ran = workers.shell("work", "--all", "--json", "--checkout")
    assert [(run["task"], run["status"]) for run in ran.json["runs"]] == [
        ("T1", "done"),
        ("T2", "done"),
        ("T3", "todo"),
    ]
    assert (ran.code, workers.started) == (3, ["T1", "T2", "T3"])


def test_without_anything_to_do_it_says_so_and_ends_well(workers: Workers) -> None:
    ran = workers.shell("work")
    assert (ran.code, ran.out) == (0, "No task is ready and no request waits: nothing was started.\n")
    assert workers.started == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["work", "T9"], 2, "T9"),
        (["work", "T1", "--all"], 2, "not both"),
        (["work", "--turns", "0"], 2, "--turns"),
        (["watch", "--every", "7m"], 2, "must divide an hour"),
        (["watch", "--write"], 2, "--write goes with --install"),
        (["watch", "--install", "cron", "--once"], 2, "give one of"),
        (["watch", "--uninstall", "systemd"], 0, "Nothing was installed with systemd"),
    ],
)
def test_what_cannot_be_done_is_said(workers: Workers, words: list[str], code: int, said: str) -> None:
    ran = workers.shell(*words)
    assert (ran.code, said in ran.out + ran.err) == (code, True), ran


def test_a_task_of_the_tier_local_is_answered_by_the_command_of_the_settings(workers: Workers) -> None:
    (workers.shell.directory / ".claude").mkdir()
    (workers.shell.directory / ".claude" / "interlock.toml").write_text("[routing]\nlocal = \"sed 's/.*: //'\"\n")
    plan = {"tasks": [{"title": "bug or wish", "scope": [], "tier": "local"}]}
    assert workers.shell("plan", "-", stdin=json.dumps(plan)).code == 0
    assert workers.shell("launch", "--print", "--json").json["sessions"] == []

    ran = workers.shell("work", "--json")

    assert [(run["task"], run["status"], run["words"]) for run in ran.json["runs"]] == [("T1", "done", "bug or wish\n")]
    assert workers.started == []


def test_what_would_start_it_regularly_is_shown_and_not_written(workers: Workers) -> None:
    ran = workers.shell("watch", "--install", "systemd", "--work", "--every", "15m")
    assert ran.code == 0
    assert "OnUnitActiveSec=15min" in ran.out
    assert "Nothing was written. `interlock watch --install systemd --work --every 15m --write` writes it." in ran.out
    assert not (workers.home / ".config").exists()
    cron: Callable[..., Ran] = workers.shell
    assert "*/15 * * * * cd " in cron("watch", "--install", "cron", "--every", "15m").out


def test_an_agent_installs_nothing(workers: Workers) -> None:
    agent = Shell(workers.shell.directory, session="s-1")
    ran = agent("watch", "--install", "systemd", "--write")
    assert (ran.code, "only a person may do this" in ran.err) == (1, True)
    assert not (workers.home / ".config").exists()
