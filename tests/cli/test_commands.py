"""The command line as a person or a script uses it: answers, exit codes, words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PLAN = {
    "tasks": [
        {"title": "Auth", "scope": ["src/auth/**"]},
        {"title": "Login", "scope": ["src/*/login.py"]},
        {"title": "Docs", "scope": ["docs/**"], "depends_on": ["T1"]},
    ]
}


class Ran(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """What it printed, as JSON."""
        answer: dict[str, Any] = json.loads(self.out)
        return answer


class Shell:
    """A person at the command line of one repository, or with a `session` what its agent types."""

    def __init__(self, directory: Path, session: str | None = None) -> None:
        self.directory = directory
        self._session = {"CLAUDE_CODE_SESSION_ID": session} if session else {}

    def __call__(self, *words: str, stdin: str = "") -> Ran:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CLAUDE")}
        done = subprocess.run(
            [sys.executable, "-I", str(ROOT / "mcp_server"), *words],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.directory,
            env=kept | {"LOGNAME": "pat", "NO_COLOR": "1"} | self._session,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def interlock(tmp_path: Path) -> Shell:
    root = tmp_path / "repo"
    root.mkdir()
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return Shell(root)


@pytest.fixture
def planned(interlock: Shell) -> Shell:
    assert interlock("plan", "-", stdin=json.dumps(PLAN)).code == 0
    return interlock


def test_init_puts_a_repository_into_use_and_commits_nothing(interlock: Shell) -> None:
    first, second = interlock("init", "--json"), interlock("init", "--json")

    assert (first.json["created"], second.json["created"]) == (True, False)
    assert (interlock.directory / ".git/interlock/state.db").exists()
    status = subprocess.run(["git", "status", "--porcelain"], cwd=interlock.directory, capture_output=True, check=True)
    assert status.stdout == b""


def test_a_plan_from_a_file_or_stdin_shows_its_overlaps(interlock: Shell) -> None:
    (interlock.directory / "plan.json").write_text(json.dumps(PLAN))

    tried = interlock("plan", "plan.json", "--dry-run", "--json")
    shown = interlock("plan", "plan.json")

    assert tried.json["overlaps"] == [{"tasks": ["T1", "T2"], "example": "src/auth/login.py"}]
    assert "T1 and T2 both cover src/auth/login.py" in shown.out
    assert shown.code == 0


def test_a_claim_is_exclusive_and_a_refusal_exits_with_1(planned: Shell) -> None:
    mine = planned("claim", "T1", "--as", "ada", "--json")
    theirs = planned("claim", "T1", "--as", "ben", "--json")

    assert (mine.code, mine.json["granted"], mine.json["scope"]) == (0, True, ["src/auth/**"])
    assert (theirs.code, theirs.json["granted"], theirs.json["holder"]) == (1, False, "ada")


def test_a_person_is_known_by_login_name_unless_another_is_given(planned: Shell) -> None:
    planned("claim", "T1")

    assert planned("board", "--json").json["claims"][0]["holder"] == "pat"


def test_check_gives_the_guards_decision(planned: Shell) -> None:
    planned("claim", "T1", "--as", "ada")

    refused = planned("check", "src/auth/x.py", "README.md", "--as", "ben", "--json")
    allowed = planned("check", "src/auth/x.py", "--as", "ada")

    assert refused.code == 1
    assert [part["allowed"] for part in refused.json["paths"]] == [False, True]
    assert (allowed.code, "yes src/auth/x.py" in allowed.out) == (0, True)


def test_only_the_holder_updates_a_task_unless_forced(planned: Shell) -> None:
    planned("claim", "T1", "--as", "ada")

    refused = planned("update", "T1", "--status", "done", "--as", "ben")
    forced = planned("update", "T1", "--status", "done", "--as", "ben", "--force", "--json")

    assert (refused.code, "ada holds T1" in refused.err) == (1, True)
    assert (forced.code, forced.json["task"]["status"], forced.json["now_ready"]) == (0, "done", ["T3"])
    assert "released by ben" in planned("claim", "--as", "ada", "--json").json["notice"]


def test_a_lock_is_exclusive_and_can_be_broken_by_force(planned: Shell) -> None:
    assert planned("lock", "db", "--purpose", "migration", "--as", "ada").code == 0
    busy = planned("lock", "db", "--as", "ben", "--json")
    kept = planned("unlock", "db", "--as", "ben", "--json")
    broken = planned("unlock", "db", "--as", "ben", "--force", "--json")

    assert (busy.code, busy.json["holder"], busy.json["purpose"]) == (1, "ada", "migration")
    assert (kept.code, kept.json["released"]) == (1, False)
    assert (broken.code, broken.json["released"]) == (0, True)
    assert planned("lock", "db", "--as", "ben").code == 0


def test_state_and_messages_are_written_and_read(planned: Shell) -> None:
    planned("state", "half way", "--as", "ada")
    planned("message", "ada", "The port is free", "Since noon.")

    assert "half way" in planned("state").out
    assert "The port is free" in planned("message", "--as", "ada").out
    assert "No messages." in planned("message", "--as", "ada").out
    assert "The port is free" in planned("message", "--as", "ada", "--all").out


def test_the_mode_is_switched_for_the_whole_repository(planned: Shell) -> None:
    (planned.directory / ".claude").mkdir()
    (planned.directory / ".claude/interlock.toml").write_text('mode = "warn"\n')

    assert planned("mode").out.strip() == "mode warn"
    assert planned("mode", "off", "--json").json == {"mode": "off"}
    assert planned("mode", "settings").out.strip() == "mode warn"


def test_the_board_and_the_log_show_what_happens(planned: Shell) -> None:
    planned("claim", "T1", "--as", "ada")
    planned("claim", "T2", "--as", "ben")

    board, log = planned("board").out, planned("log", "--json").json["events"]

    assert "ada" in board and "src/auth/**" in board
    assert "ben waits for T2 (ada)" in board
    assert [event["kind"] for event in log if event["agent"] == "ada"] == ["joined", "claimed"]


@pytest.mark.parametrize(
    ("words", "stdin", "said"),
    [
        (["plan", "-"], "nonsense", "cannot be read"),
        (["plan", "-"], "[]", "must have the form"),
        (["plan", "-"], '{"tasks": []}', "the plan is empty"),
        (["plan", "-"], '{"tasks": [{"title": "A"}]}', "scope"),
        (["plan", "-"], '{"tasks": [{"title": "A", "scope": ["../x"]}]}', "../x"),
        (["plan", "no-such-file"], "", "no-such-file"),
        (["claim", "T99"], "", "there is no task 'T99'"),
        (["update", "T1"], "", "nothing to change"),
        (["update", "T1", "--status", "finished"], "", "finished"),
        (["lock", "db", "--minutes", "-1"], "", "minutes"),
        (["lock", "db", "--wait", "61"], "", "60"),
        (["lock", ""], "", "resource is empty"),
        (["check"], "", "paths"),
        (["message", "ada"], "", "subject"),
        (["message", "nobody", "hello"], "", "nobody"),
        (["mode", "sometimes"], "", "sometimes"),
        (["fly"], "", "fly"),
    ],
)
def test_misuse_exits_with_2_and_names_what_is_wrong(planned: Shell, words: list[str], stdin: str, said: str) -> None:
    ran = planned(*words, stdin=stdin)

    assert ran.code == 2
    assert said in ran.err


def test_a_state_that_cannot_be_used_exits_with_3_and_says_what_to_do(planned: Shell) -> None:
    for file in (planned.directory / ".git/interlock").glob("state.db*"):
        file.unlink()
    (planned.directory / ".git/interlock/state.db").write_text("this is no database " * 500)

    ran = planned("claim")

    assert ran.code == 3
    assert "interlock doctor" in ran.err


def test_looking_at_a_repository_that_is_not_in_use_changes_nothing(interlock: Shell) -> None:
    for words in (["board"], ["log"], ["state"], ["message"], ["check", "x"], ["mode"], ["plan", "-", "--dry-run"]):
        assert interlock(*words, stdin=json.dumps(PLAN)).code == 0, words
    assert interlock("mode", "off").code == 2
    assert not (interlock.directory / ".git/interlock").exists()


def test_who_only_looks_does_not_become_an_agent(interlock: Shell) -> None:
    interlock("init")

    for words in (["board"], ["state"], ["log"]):
        assert interlock(*words).code == 0

    assert interlock("board", "--json").json["agents"] == []


def test_help_names_every_command_and_speaks_to_newcomers(interlock: Shell) -> None:
    text = interlock("--help").out

    for command in (
        "demo",
        "init",
        "plan",
        "claim",
        "update",
        "lock",
        "unlock",
        "check",
        "board",
        "log",
        "state",
        "message",
        "mode",
        "doctor",
    ):
        assert f" {command} " in text
    assert "New here?" in text


def test_completion_is_offered(interlock: Shell) -> None:
    assert "--install-completion" in interlock("--help").out


@pytest.mark.parametrize("name", ["", "  ", "---"])
def test_a_name_without_a_letter_or_digit_is_refused(planned: Shell, name: str) -> None:
    refused = planned("claim", "T1", "--as", name)
    assert (refused.code, refused.out) == (2, "")
    assert "--as needs a name with a letter or a digit" in refused.err
    assert planned("claim", "T1", "--as", "ada").code == 0
