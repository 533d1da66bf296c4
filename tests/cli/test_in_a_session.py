"""The command line inside a session acts as its agent; what is a person's act is refused there."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from mcp_server.adapters.sqlite import backup
from tests.cli.test_commands import PLAN, Shell

PERSONS = [
    (["mode", "off"], "mode off"),
    (["update", "T1", "--status", "released", "--force"], "release T1 --force"),
    (["release", "T1", "--force"], "release T1 --force"),
    (["unlock", "port", "--force"], "unlock port --force"),
    (["git-hook", "uninstall"], "git-hook uninstall"),
    (["remove", "--yes", "--force"], "remove"),
    (["worktree", "remove", "spare", "--force"], "worktree remove --force spare"),
    (["merge", "T1", "--force"], "merge T1 --force"),
]


@pytest.fixture
def person(tmp_path: Path) -> Shell:
    """A person's terminal in a repository where ada holds T1 and a port, with a git hook and a worktree."""
    root = tmp_path / "repo"
    subprocess.run(["git", "init", "--quiet", "-b", "main", str(root)], check=True)
    who = ["-c", "user.name=p", "-c", "user.email=p@localhost"]
    subprocess.run(["git", "-C", str(root), *who, "commit", "--quiet", "--allow-empty", "-m", "start"], check=True)
    shell = Shell(root)
    for words in (["plan", "-"], ["worktree", "add", "spare"], ["git-hook", "install"]):
        done = shell(*words, stdin=json.dumps(PLAN) if words[0] == "plan" else "")
        assert done.code == 0, done
    ada = Shell(root, session="ada")
    assert ada("claim", "T1", "--json").json["granted"]
    assert ada("lock", "port", "--json").json["granted"]
    return shell


def state(shell: Shell) -> object:
    """All that the refused commands would change."""
    board = shell("board", "--json").json
    hook = (shell.directory / ".git/hooks/prepare-commit-msg").exists()
    worktrees = [tree["name"] for tree in shell("worktree", "list", "--json").json["worktrees"]]
    mode = shell("mode").out
    return {
        "tasks": [(task["id"], task["status"], task.get("holder")) for task in board["tasks"]],
        "locks": [lock["holder"] for lock in board["locks"]],
        "hook": hook,
        "worktrees": worktrees,
        "mode": mode,
    }


def test_an_agent_is_refused_what_is_a_persons_act_and_it_is_logged(person: Shell) -> None:
    agent = Shell(person.directory, session="eve")
    before = state(person)
    for words, line in PERSONS:
        done = agent(*words)
        assert done.code == 1, done
        assert f"type it in a terminal of their own: `interlock {line}`" in done.err
        event = person("log", "-n", "1", "--json").json["events"][0]
        assert (event["kind"], event["subject"]) == ("refused", f"`interlock {line}`")
    assert state(person) == before


def test_an_agent_can_take_no_other_name(person: Shell) -> None:
    agent = Shell(person.directory, session="eve")
    done = agent("claim", "T2", "--as", "ada")
    assert (done.code, "you are agent-2: in a session --as can't be used" in done.err) == (2, True)
    assert "T2" not in [task["id"] for task in person("board", "--json").json["tasks"] if task.get("holder")]


def test_an_agent_acts_as_itself_at_every_command(person: Shell) -> None:
    ada = Shell(person.directory, session="ada")
    assert ada("check", "src/auth/x", "--json").json["paths"][0]["allowed"]
    assert not Shell(person.directory, session="eve")("check", "src/auth/x", "--json").json["paths"][0]["allowed"]
    assert ada("done", "T1", "--note", "all of it", "--json").json["task"]["status"] == "done"


def test_from_a_terminal_the_same_is_done_logged_and_the_agents_are_notified(person: Shell) -> None:
    ada = Shell(person.directory, session="ada")
    person("mode", "warn")
    person("git-hook", "uninstall")
    person("unlock", "port", "--force")
    person("release", "T1", "--force")
    person("worktree", "remove", "spare", "--force")
    assert person("mode").out == "mode warn\n"
    assert state(person) == {
        "tasks": [(task["id"], task["status"], None) for task in person("board", "--json").json["tasks"]],
        "locks": [],
        "hook": False,
        "worktrees": ["repo"],
        "mode": "mode warn\n",
    }
    read = ada("message", "--json").json
    subjects = [message["subject"] for message in read["messages"]]
    assert subjects == [
        "pat switched the guard to mode warn",
        "pat removed the git hook that refuses commits of other agents' files",
        "your claim on port was released by pat",
        "your claim on T1 was released by pat",
    ]
    assert "released by pat" in read["notice"]
    logged = {event["kind"] for event in person("log", "--json").json["events"] if event.get("agent") == "pat"}
    assert {"mode", "git_hook", "released", "worktree_forced"} <= logged


def test_a_broken_state_can_be_switched_off_by_a_person_alone(person: Shell) -> None:
    file = person.directory / ".git/interlock/state.db"
    for name in (file, file.with_name("state.db-wal"), file.with_name("state.db-shm")):
        name.unlink(missing_ok=True)
    file.write_bytes(b"not a database at all" * 100)
    assert Shell(person.directory, session="eve")("mode", "off").code == 3
    done = person("mode", "off")
    assert (done.code, done.out) == (0, "mode off\n")
    assert "not in the log" in done.err


def lose_state(person: Shell) -> Path:
    """Delete the state after a backup was made, as at a session's end."""
    file = person.directory / ".git/interlock/state.db"
    assert backup.keep(file)
    for name in (file, file.with_name("state.db-wal"), file.with_name("state.db-shm")):
        name.unlink(missing_ok=True)
    return file


def test_a_lost_state_is_an_error_everywhere_until_a_person_restores_it(person: Shell) -> None:
    file = lose_state(person)
    for words in (["board"], ["claim", "T1"], ["lock", "x"], ["plan", "-"], ["init"]):
        done = person(*words, stdin=json.dumps(PLAN))
        assert done.code == 3, done
        assert "interlock doctor --repair" in done.err
    assert not file.exists()
    refused = Shell(person.directory, session="ada")("doctor", "--repair")
    assert (refused.code, "only a person may do this" in refused.err) == (1, True)

    done = person("doctor", "--repair")

    assert (done.code, "is restored" in done.out) == (0, True)
    assert {task["id"]: task.get("holder") for task in person("board", "--json").json["tasks"]}["T1"] == "agent-1"
    [message] = Shell(person.directory, session="ada")("message", "--json").json["messages"]
    assert "pat restored Interlock's state as of 20" in message["subject"]
    assert person("doctor", "--repair", "--json").json == {}


def test_without_a_backup_a_lost_state_says_how_to_begin_anew(person: Shell) -> None:
    file = lose_state(person)
    file.with_name("backup.db").unlink()
    for words in (["board"], ["doctor", "--repair"]):
        done = person(*words)
        assert (done.code, f"rm -r {file.parent} && interlock init" in done.err) == (3, True), done
