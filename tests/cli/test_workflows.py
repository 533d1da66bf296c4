"""The commands for workflows: a dry run first, a gate in a process of its own, and what only a person may do."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from mcp_server.adapters.host.processes import HostProcesses
from tests.cli.test_commands import Ran, Shell, interlock
from tests.e2e.harness.processes import eventually

__all__ = ["interlock"]

FLOW = """
description = "A small one"
[parameters]
check = ""
[[phases]]
name = "one"
for_each = { glob = "src/*.py" }
title = "Do {item}"
scope = ["{item}"]
gate = { command = "{check}" }
[[phases]]
name = "two"
title = "Look at {run}"
gate = { review = true }
"""


@pytest.fixture
def flow(interlock: Shell) -> Shell:
    """A repository with two files and a workflow."""
    for name in ("src/a.py", "src/b.py"):
        (interlock.directory / name).parent.mkdir(exist_ok=True)
        (interlock.directory / name).write_text("x\n")
    file = interlock.directory / ".claude/interlock/workflows/flow.toml"
    file.parent.mkdir(parents=True)
    file.write_text(FLOW)
    return interlock


def status(shell: Shell) -> dict[str, object]:
    """The states of the phases, and of the run under its name."""
    [run] = shell("workflow", "status", "--json").json["runs"]
    return {phase["name"]: phase["state"] for phase in run["phases"]} | {run["id"]: run["state"]}


def done(shell: Shell, *tasks: str) -> None:
    for task in tasks:
        assert shell("claim", task).code == 0
        assert shell("done", task, "--note", f"did {task}").code == 0


def test_a_dry_run_shows_all_plans_nothing_and_leaves_the_repository_unused(flow: Shell) -> None:
    shown = flow("workflow", "start", "flow", "check=make", "--dry-run")
    assert shown.code == 0
    for words in (
        "1. one  2 tasks",
        "Do src/a.py, may write src/a.py",
        "then: `make`",
        "Look at RUN, for reading only",
    ):
        assert words in shown.out
    assert "then: a person's approval" in shown.out
    without_yes = flow("workflow", "start", "flow", "--json")
    assert (without_yes.code, without_yes.json["started"]) == (1, False)
    assert "--yes starts it" in without_yes.json["advice"]
    assert not (flow.directory / ".git/interlock").exists()


def test_a_run_from_its_start_to_its_end_with_a_gate_and_an_approval(flow: Shell) -> None:
    begun = flow("workflow", "start", "flow", "check=echo tried >> tries; test -e fixed", "--yes", "--json")
    assert (begun.code, begun.json["run"], begun.json["created"]) == (0, "flow-1", ["T1", "T2"])
    done(flow, "T2", "T1")
    eventually(lambda: status(flow)["flow-1"] == "blocked", "a gate that fails")
    shown = flow("workflow", "status").out
    assert "failed with exit code 1" in shown
    assert "2/2 · its gate failed: `echo tried >> tries; test -e fixed`" in shown
    (flow.directory / "fixed").touch()
    assert flow("workflow", "resume").code == 0
    eventually(lambda: status(flow) == {"one": "passed", "two": "open", "flow-1": "running"}, "the next phase")
    assert (flow.directory / "tries").read_text() == "tried\n" * 2
    done(flow, "T3")
    assert "waits for you: interlock approve T4" in flow("workflow", "status").out
    assert flow("approve", "T4").code == 0
    assert status(flow) == {"one": "passed", "two": "passed", "flow-1": "done"}
    notes = flow("workflow", "notes").out
    assert "## src/a.py (T1, done)\n\ndid T1" in notes
    assert [one["notes"][0]["text"] for one in flow("workflow", "notes", "--phase", "two", "--json").json["tasks"]] == [
        "did T3"
    ]


def test_a_gate_whose_process_was_killed_is_run_again_and_never_twice_at_once(flow: Shell) -> None:
    os.mkfifo(flow.directory / "pipe")
    flow("workflow", "start", "flow", "check=echo $PPID >> runners; cat pipe >> tries", "--yes")
    done(flow, "T1", "T2")
    runners = flow.directory / "runners"
    eventually(lambda: runners.exists() and runners.read_text(), "a gate that runs")
    assert "is being run" in flow("claim").out
    first = int(runners.read_text())
    os.kill(first, signal.SIGKILL)
    eventually(lambda: HostProcesses().identify(first) is None, "its end")
    flow("claim")  # whoever comes next has it run again, which waits for what the dead one left running
    # A pipe is opened for writing only once a command reads it.
    (flow.directory / "pipe").write_text("one\n")
    eventually(lambda: len(runners.read_text().split()) == 2, "the second gate")
    (flow.directory / "pipe").write_text("two\n")
    eventually(lambda: status(flow)["one"] == "passed", "a gate that has passed")
    assert (flow.directory / "tries").read_text() == "one\ntwo\n"


def refused_as_a_persons(ran: Ran) -> bool:
    return ran.code == 1 and "only a person may do this" in ran.err


def test_an_agent_starts_pauses_and_looks_and_a_person_resumes_restarts_and_stops(flow: Shell) -> None:
    ada = Shell(flow.directory, session="ada")
    (flow.directory / ".claude/interlock/workflows/flow.toml").write_text(FLOW.replace("gate = { command", "# "))
    assert ada("workflow", "start", "flow", "--yes").code == 0
    assert ada("workflow", "pause").code == 0
    refused = ada("claim", "T1", "--json")
    assert (refused.code, refused.json["reason"]) == (1, "waiting")
    for words in (("resume",), ("restart", "one"), ("stop", "flow-1")):
        assert refused_as_a_persons(ada("workflow", *words)), words
    assert "agent-1 paused the run" in flow("claim").out
    assert flow("workflow", "resume").code == 0
    done(flow, "T1")
    assert "2 tasks put back" in flow("workflow", "restart", "one").out
    assert "2 open tasks taken out" in flow("workflow", "stop").out
    assert status(flow)["flow-1"] == "stopped"
    again = flow("workflow", "stop", "flow-1")
    assert (again.code, "it is stopped by pat" in again.err) == (1, True)


def test_an_agent_does_not_start_what_nobody_has_committed_if_it_runs_commands(flow: Shell) -> None:
    ada = Shell(flow.directory, session="ada")
    refused = ada("workflow", "start", "flow", "--yes")
    assert (refused.code, "it is not committed as it is" in refused.err) == (1, True)


def test_what_an_agent_may_not_run_itself_no_gate_runs_for_it(flow: Shell) -> None:
    (flow.directory / "docs").mkdir()
    ada, held = Shell(flow.directory, session="ada"), {"title": "Docs", "scope": ["docs/**"], "id": "docs"}
    flow("plan", "-", stdin=json.dumps({"tasks": [held]}))
    assert flow("claim", "docs").code == 0
    refused = ada("workflow", "start", "codemod", "change=x", "check=echo x > docs/api.md", "packages=src", "--yes")
    assert (refused.code, "docs/api.md is held by pat" in refused.err) == (1, True), refused.err
    assert ada("workflow", "start", "codemod", "change=x", "check=test -d src", "packages=src", "--yes").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("start", "nothing"), "there is no workflow 'nothing': there are add-tests, audit, codemod, flow"),
        (("start", "../flow"), "there is no workflow '../flow'"),
        (("start", "flow", "check"), "parameters are given as KEY=VALUE, not as 'check'"),
        (("start", "flow", "chek=x"), "flow has no parameter 'chek': it has check"),
        (("start", "codemod", "check=x"), "codemod needs change=… (what is to be different afterwards)"),
        (("save", "flow", "T1", "--run", "flow-1"), "name tasks, or a run with --run, not both"),
        (("save", "Bad Name", "T1"), "a workflow can't be called 'Bad Name'"),
    ],
)
def test_what_is_wrong_is_named_with_exit_code_2(flow: Shell, words: tuple[str, ...], said: str) -> None:
    flow("init")
    ran = flow("workflow", *words)
    assert (ran.code, said in ran.err) == (2, True), ran.err


def test_a_file_that_is_wrong_is_listed_with_what_is_wrong(flow: Shell) -> None:
    (flow.directory / ".claude/interlock/workflows/flow.toml").write_text("[[phases]]\nnam = 'x'")
    listed = {one["name"]: one.get("trouble") for one in flow("workflow", "list", "--json").json["workflows"]}
    assert listed["audit"] is None
    assert "phase 1 needs a `name`" in str(listed["flow"])


def test_what_went_well_is_saved_as_a_workflow_that_plans_it_again(flow: Shell) -> None:
    plan = {
        "tasks": [
            {"title": "Use {x}", "scope": ["src/a.py"], "id": "a", "done_when": "`make` passes", "budget": 5000},
            {"title": "Then b", "scope": [], "id": "b", "depends_on": ["a"], "role": "reviewer"},
            {"title": "Beside", "scope": ["src/b.py"], "id": "c"},
        ]
    }
    flow("plan", "-", stdin=json.dumps(plan))
    undone = flow("workflow", "save", "again", "a", "b")
    assert (undone.code, "a is todo" in undone.err) == (2, True)
    done(flow, "a", "b", "c")
    saved = flow("workflow", "save", "again", "a", "b", "c", "--json")
    assert (saved.code, saved.json["file"]) == (0, ".claude/interlock/workflows/again.toml")
    assert flow("workflow", "save", "again", "a").code == 2, "there is one of that name"
    seen = flow("workflow", "start", "again", "--dry-run", "--json").json
    assert [[task["title"] for task in phase["tasks"]] for phase in seen["phases"]] == [
        ["Use {x}", "Beside"],
        ["Then b"],
    ]
    flow("workflow", "start", "flow", "check=true", "--yes")
    assert 'check = { default = "true" }' in flow("workflow", "save", "other", "--run", "flow-1", "--print").out


def test_modules_without_tests_are_listed_for_a_workflow(flow: Shell) -> None:
    (flow.directory / "tests").mkdir()
    (flow.directory / "tests/test_a.py").write_text("x\n")
    assert flow("workflow", "untested").out.split() == ["src/b.py"]
    seen = flow("workflow", "start", "add-tests", "files=src/**", "--dry-run", "--json").json
    [task] = seen["phases"][0]["tasks"]
    assert (task["item"], task["role"], "**/test_b.*" in task["scope"]) == ("src/b.py", "writer", True)


def test_the_clients_form_is_printed_with_the_tasks_of_now(flow: Shell) -> None:
    printed = flow("workflow", "export", "flow").out
    assert printed.startswith("export const meta = {")
    assert "Do src/a.py" in printed
    assert Path(flow.directory / ".git/interlock").exists() is False
