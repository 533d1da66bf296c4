"""After a Bash call: errors in files that others are editing are found and counted, and those others are notified."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from mcp_server.adapters.host.processes import HostProcesses
from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks, Said

BROKEN = """  File "{repo}/src/billing/api.py", line 3
    def total(items:
             ^
SyntaxError: '(' was never closed
"""
OWN = BROKEN.replace("billing/api", "auth/login")


@pytest.fixture
def at_work(hooks: Hooks, work: Work) -> Hooks:
    """A session that holds src/auth, while another holds src/billing and has edited there."""
    repo = hooks.repo
    (repo / "src" / "billing").mkdir()
    for name in ("src/auth/login.py", "src/billing/api.py", "lib.py"):
        (repo / name).write_text("x = 1\n")
        os.utime(repo / name, (1_000_000_000, 1_000_000_000))
    work.claim(work.agent("s1", "ada"), "src/auth/**")
    bob = work.agent("s2", "bob")
    work.claim(bob, "src/billing/**")
    with work.store.writing() as books:
        books.journal.edited("src/billing/api.py", bob)
    return hooks


def failed(hooks: Hooks, output: str, command: str = "python -m compileall src", **fields: object) -> Said:
    error = "Exit code 1\n" + output.format(repo=hooks.repo)
    return hooks.bash("PostToolUseFailure", command, error=error, **fields)["post_bash"]


def passed(hooks: Hooks, output: str = "", command: str = "python -m compileall src") -> Said:
    response = {"stdout": output.format(repo=hooks.repo), "stderr": "", "interrupted": False}
    return hooks.bash("PostToolUse", command, tool_response=response)["post_bash"]


def unseen(work: Work, session: str) -> list[tuple[str | None, str, str]]:
    with work.store.reading() as books:
        agent = books.agents.find(session)
        assert agent is not None
        return [(delivery.sender, delivery.subject, delivery.body) for delivery in books.inbox.unseen(agent.id, 10)]


def test_an_error_in_a_file_that_another_is_editing_is_reported_as_foreign(at_work: Hooks, work: Work) -> None:
    said = failed(at_work, BROKEN)
    assert said.stderr == ""
    assert said.told.startswith("Interlock: The error")
    assert "in src/billing/api.py, which bob (task T2) is editing: last edit" in said.told
    assert said.told.endswith(
        "There are no errors in your own files. Wait 30 s and run the same command again; don't change that file."
    )
    assert said.json["hookSpecificOutput"]["hookEventName"] == "PostToolUseFailure"
    [(sender, subject, body)] = unseen(work, "s2")
    assert (sender, subject) == (
        None,
        "ada is waiting for src/billing/api.py: `python -m compileall src` fails because of it",
    )
    assert "src/billing/api.py" in body
    assert unseen(work, "s1") == []


@pytest.mark.parametrize("output", [OWN, "make: *** No rule to make target 'x'.  Stop.\n", "", "boom\n"])
def test_nothing_is_said_about_own_errors_and_those_in_files_of_nobody(at_work: Hooks, work: Work, output: str) -> None:
    assert failed(at_work, output).output == ""
    assert unseen(work, "s2") == []


def test_own_and_foreign_errors_are_told_apart(at_work: Hooks) -> None:
    said = failed(at_work, BROKEN + OWN)
    assert "Errors in your own files, for you to fix: src/auth/login.py." in said.told
    assert "which bob (task T2) is editing" in said.told


def test_a_failure_behind_a_hidden_exit_code_is_found(at_work: Hooks) -> None:
    said = passed(at_work, BROKEN, "python -m compileall src | tee log")
    assert "which bob (task T2) is editing" in said.told
    assert said.json["hookSpecificOutput"]["hookEventName"] == "PostToolUse"


def test_the_output_of_a_task_in_the_background_is_read_too(at_work: Hooks) -> None:
    task = {"task": {"output": BROKEN.format(repo=at_work.repo), "exitCode": 1, "status": "completed"}}
    fields = {"tool_name": "TaskOutput", "tool_input": {"task_id": "b1"}, "tool_response": task}
    assert "which bob (task T2) is editing" in at_work.bash("PostToolUse", "", **fields)["post_bash"].told


@pytest.fixture
def at_once(at_work: Hooks) -> Hooks:
    """The same where nobody has to wait, so that each run is an attempt."""
    (at_work.repo / ".claude").mkdir()
    (at_work.repo / ".claude" / "interlock.toml").write_text("retry_seconds = 0\n")
    return at_work


def test_after_the_third_attempt_the_holder_is_asked(at_once: Hooks, work: Work) -> None:
    at_work = at_once
    said = [failed(at_work, BROKEN).told for _ in range(4)]
    assert ["Wait 0 s" in told for told in said] == [True, True, False, False]
    assert "This was attempt 3, and the errors were sent to bob." in said[2]
    first, second = unseen(work, "s2")
    assert second[0] == "ada"
    assert second[1].startswith("ada is still waiting for src/billing/api.py")
    assert first[0] is None


def test_the_count_ends_with_the_error(at_once: Hooks) -> None:
    for _ in range(2):
        failed(at_once, BROKEN)
    assert passed(at_once).output == ""
    assert "Wait 0 s" in failed(at_once, BROKEN).told
    failed(at_once, BROKEN)
    assert "This was attempt 3" in failed(at_once, BROKEN).told


def test_runs_at_once_are_no_attempts(at_work: Hooks, work: Work) -> None:
    assert all("Wait 30 s" in failed(at_work, BROKEN).told for _ in range(4))
    assert len(unseen(work, "s2")) == 1, "the holder is told once that somebody waits"


def test_a_holder_whose_process_is_gone_is_not_waited_for(at_work: Hooks, work: Work) -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()
    with work.store.writing() as books:
        bob = books.agents.find("s2")
        assert bob is not None
        alive = HostProcesses().identify(os.getpid())
        assert alive is not None
        books.agents.seen(bob.id, process=alive._replace(pid=process.pid))
    said = failed(at_work, BROKEN)
    assert "which bob (task T2) held and has ended" in said.told
    assert 'claim_task(task_id="T2") takes over the task' in said.told


def test_an_error_in_a_file_outside_the_scope_that_nobody_holds_comes_with_the_way_to_fix_it(at_work: Hooks) -> None:
    said = failed(at_work, "lib.py:1:1: error: bad\n", "mypy .")
    assert said.told == (
        "Interlock: The error is in lib.py, which nobody holds. "
        'lock_resource("path:lib.py") lets you fix it; if it is more than that, plan a task for it with plan_tasks.'
    )


def test_a_holder_that_has_stopped_is_named_with_the_way_to_take_over(at_work: Hooks, work: Work) -> None:
    with work.store.writing() as books:
        bob = books.agents.find("s2")
        assert bob is not None
        books.agents.end(bob.id, "killed")
    said = failed(at_work, BROKEN)
    assert "which bob (task T2) held and has ended" in said.told
    assert 'claim_task(task_id="T2") takes over the task' in said.told


def test_an_answer_may_wait_until_the_file_is_quiet(at_work: Hooks, repo: Path) -> None:
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text('hold_builds = "always"\nretry_seconds = 0\n')
    (repo / "src/billing/api.py").touch()
    said = failed(at_work, BROKEN)
    assert "Wait 0 s and run the same command again" in said.told, "it was not quiet within no time at all"


def test_the_settings_say_how_long_to_wait(at_work: Hooks, repo: Path) -> None:
    (repo / ".claude").mkdir()
    (repo / ".claude" / "interlock.toml").write_text("retry_seconds = 7\n")
    assert "Wait 7 s" in failed(at_work, BROKEN).told


def test_with_the_guard_off_and_elsewhere_nothing_is_said(at_work: Hooks, repo: Path, tmp_path: Path) -> None:
    assert failed(at_work, BROKEN, cwd=str(tmp_path)).output == ""
    (repo / ".git" / "interlock" / "mode").write_text("off")
    assert failed(at_work, BROKEN).output == ""


def test_in_a_repository_that_is_not_in_use_nothing_is_said(hooks: Hooks) -> None:
    assert failed(hooks, BROKEN).output == ""
    assert not (hooks.repo / ".git" / "interlock").exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"error": "Exit code 1\n\udc80\0\x1b[31m error src/billing/api.py:1:1: error: \ud800"},
        {"error": None},
        {"error": 5},
        {"tool_input": None},
        {"tool_input": {"command": 1}},
        {"cwd": "/nowhere/at/all"},
        {"cwd": 3},
        {"session_id": None},
        {"error": "Exit code x\n" + "((((" * 50_000},
        {"error": "Exit code 1\n" + "src/billing/api.py:" * 20_000},
    ],
    ids=["bytes", "null", "number", "no call", "no command", "nowhere", "no text", "no session", "deep", "long"],
)
def test_invalid_events_lead_to_no_false_report_and_no_traceback(at_work: Hooks, fields: dict[str, object]) -> None:
    said = at_work.bash("PostToolUseFailure", "make", **{"error": "Exit code 1\n", **fields})["post_bash"]
    assert said.code == 0
    assert "Traceback" not in said.stderr
    assert "lib.py" not in said.output
