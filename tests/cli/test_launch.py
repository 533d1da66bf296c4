"""Launching at the command line, with a stand-in for the client: answers, exit codes, words."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_commands import Ran, Shell

PLAN = {"tasks": [{"title": f"Work {name}", "scope": [f"src/{name}/**"], "tier": "haiku"} for name in "abcd"]}


@pytest.fixture
def interlock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A repository with a commit and four tasks; the only programs are git and a client that does nothing."""
    root = tmp_path / "my repo"
    root.mkdir()
    git = ["git", "-C", str(root), "-c", "user.name=T", "-c", "user.email=t@example.invalid"]
    subprocess.run(["git", "init", "--quiet", "-b", "main", str(root)], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "-m", "Start"], check=True)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("git", "sh", "env", "ps", "uname"):
        found = subprocess.run(["/bin/sh", "-c", f"command -v {name}"], capture_output=True, text=True, check=False)
        if found.stdout:
            (programs / name).symlink_to(found.stdout.strip())
    (programs / "claude").write_text("#!/bin/sh\n")
    (programs / "claude").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("HOME", str(tmp_path))
    shell = Shell(root)
    assert shell("plan", "-", stdin=json.dumps(PLAN)).code == 0
    return shell


def told(ran: Ran) -> dict[str, str]:
    return {part["task"]: part["state"] for part in ran.json["sessions"]}


def test_without_tmux_the_commands_are_printed_and_the_claims_wait(interlock: Shell) -> None:
    ran = interlock("launch", "T1", "T2", "--json", "--", "--plugin-dir", "a b")

    assert (ran.code, told(ran)) == (0, {"T1": "printed", "T2": "printed"})
    first = ran.json["sessions"][0]
    folder, _, words = first["words"].partition(" && ")
    assert shlex.split(folder) == ["cd", str(interlock.directory / ".claude/worktrees/T1-work-a")]
    said = shlex.split(words)
    assert (said[0], said[2:]) == (
        "claude",
        ["--name", "T1-work-a", "--session-id", first["session"], "--model", "haiku", "--plugin-dir", "a b"],
    )
    held = {lease["task"]: lease["holder"] for lease in interlock("board", "--json").json["claims"]}
    assert held == {"T1": "T1-work-a", "T2": "T2-work-b"}
    assert interlock("launch", "T1", "--json").json["sessions"][0]["session"] == first["session"]


@pytest.mark.parametrize(
    ("passed_on", "said"),
    [
        ([], "and before edits and commands"),
        (["--permission-mode", "acceptEdits"], "whatever its permission mode, acceptEdits, asks"),
        (["--permission-mode=plan"], "whatever its permission mode, plan, asks"),
        (["--permission-mode", "bypassPermissions"], "for this repository."),
    ],
)
def test_what_the_sessions_will_ask_is_said_before_they_start(
    interlock: Shell, passed_on: list[str], said: str
) -> None:
    ran = interlock("launch", "T1", "--", *passed_on)

    assert ran.code == 0
    assert said in ran.err


def test_without_a_task_as_many_as_are_ready_and_the_settings_allow(interlock: Shell) -> None:
    assert told(interlock("launch", "--agents", "1", "--json")) == {"T1": "printed"}
    assert told(interlock("launch", "--json")) == {"T2": "printed", "T3": "printed"}
    full = interlock("launch", "--json")
    assert (full.code, "all that max_agents allows" in full.err) == (1, True)


def test_worktrees_are_made_ready_side_by_side_and_each_step_says_whose_it_is(
    interlock: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{os.defpath}")
    os.mkfifo(interlock.directory.parent / "meet")
    there = "../../../.."
    meet = f"if mkdir {there}/first 2>/dev/null; then echo met > {there}/meet; else read met < {there}/meet; fi"
    (interlock.directory / ".claude").mkdir()
    (interlock.directory / ".claude" / "interlock.toml").write_text(
        f"[worktree]\nsetup = [\"timeout 60 sh -c '{meet}'\"]\n"
    )
    ran = interlock("launch", "T1", "T2", "--print", "--json")
    assert (ran.code, told(ran)) == (0, {"T1": "printed", "T2": "printed"})
    assert sorted(line[:5] for line in ran.err.splitlines()) == ["✓ T1:", "✓ T2:"]


def test_no_more_are_asked_for_than_there_are_tasks(interlock: Shell) -> None:
    for task in ("T2", "T3", "T4"):
        assert interlock("claim", task, "--as", f"eve-{task}").code == 0
    assert told(interlock("launch", "--agents", "9", "--json")) == {"T1": "printed"}


def test_more_than_the_settings_allow_is_asked_for_first(interlock: Shell) -> None:
    (interlock.directory / ".claude").mkdir(exist_ok=True)
    (interlock.directory / ".claude" / "interlock.toml").write_text("max_agents = 1\n")
    refused = interlock("launch", "T1", "T2", "--json")
    assert (refused.code, set(refused.json)) == (1, {"error"})
    assert "that would make 2 agents; max_agents is 1. Use --yes" in refused.err
    assert interlock("board", "--json").json["claims"] == []
    assert interlock("launch", "T1", "T2", "--yes").code == 0


def test_a_task_that_is_not_to_be_had_leaves_the_others_going(interlock: Shell) -> None:
    assert interlock("claim", "T1", "--as", "eve").code == 0
    ran = interlock("launch", "T1", "T2", "--json")
    assert (ran.code, told(ran)) == (1, {"T2": "printed"})
    [part] = ran.json["not_launched"]
    assert (part["task"], part["reason"], "eve is working on T1" in part["advice"]) == ("T1", "held", True)


def test_without_a_client_nothing_is_claimed_or_made(interlock: Shell) -> None:
    (Path(os.environ["PATH"]) / "claude").unlink()
    ran = interlock("launch", "T1", "--background")
    assert ran.code == 3
    assert "there is no `claude` on the PATH" in ran.out
    assert interlock("board", "--json").json["claims"] == []
    assert not (interlock.directory / ".claude" / "worktrees").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["launch", "T9"], 2, "T9"),
        (["launch", "T1", "--agents", "2"], 2, "not both"),
        (["launch", "--tmux", "--print"], 2, "give one of"),
        (["launch", "--tmux"], 3, "tmux is not installed"),
        (["stop"], 2, "--all"),
        (["stop", "T1", "--all"], 2, "--all"),
        (["stop", "T1"], 1, "no session that was launched for it runs"),
        (["attach"], 1, "no launched session here can be attached to"),
        (["attach", "T1"], 1, "no launched session for T1 can be attached to"),
    ],
)
def test_what_cannot_be_done_is_said(interlock: Shell, words: list[str], code: int, said: str) -> None:
    ran = interlock(*words)
    assert (ran.code, said in ran.out + ran.err) == (code, True), ran


def test_stopping_gives_back_a_claim_that_nobody_took_up_and_keeps_the_worktree(interlock: Shell) -> None:
    interlock("launch", "T1", "T2")
    worktree = interlock.directory / ".claude/worktrees/T1-work-a"
    (worktree / "notes").write_text("x")
    ran = interlock("stop", "T1", "--json")
    [part] = ran.json["stopped"]
    assert (ran.code, part["had_begun"], part["worktree"]) == (0, False, str(worktree))
    assert worktree.is_dir()
    assert [lease["task"] for lease in interlock("board", "--json").json["claims"]] == ["T2"]
    assert [each["task"] for each in interlock("stop", "--all", "--json").json["stopped"]] == ["T2"]


def test_a_task_that_needs_what_nobody_has_is_launched_only_for_a_session_that_is_said_to_have_it(
    interlock: Shell,
) -> None:
    needing = {
        "title": "Drive it",
        "scope": ["src/e/**"],
        "id": "E",
        "role": "tester",
        "capabilities": ["device", "fast"],
    }
    assert interlock("plan", "-", stdin=json.dumps({"tasks": [needing]})).code == 0

    refused = interlock("launch", "E", "--json", "--can", "fast")
    [part] = refused.json["not_launched"]
    assert (refused.code, part["task"], part["reason"]) == (1, "E", "role")
    assert "E needs device, which neither this machine nor your session has" in part["advice"]
    assert interlock("launch", "E", "--can", "a b").code == 2

    ran = interlock("launch", "E", "--json", "--can", "device", "--can", "fast")
    assert (ran.code, told(ran)) == (0, {"E": "printed"})
    assert "Its role is tester" in ran.json["sessions"][0]["words"]
    [agent] = [each for each in interlock("board", "--json").json["agents"] if each["name"] == "E-drive-it"]
    assert (agent["role"], agent["can"]) == ("tester", ["device", "fast"])
    assert "E-drive-it (tester, device, fast, " in interlock("board").out
