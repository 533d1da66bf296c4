"""`interlock diagnose`: whose errors a failed build reports, as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_commands import Ran, Shell, interlock
from tests.hooks.conftest import Work

__all__ = ["interlock"]

OUTPUT = "src/a/x.py:3:9: error: Name 'total' is not defined  [name-defined]\nFound 1 error in 1 file\n"


@pytest.fixture
def shared(interlock: Shell) -> Shell:
    """A repository in which one agent holds src/a, and pat, who types, src/b."""
    for name in ("src/a/x.py", "src/b/x.py", "lib.py"):
        file = interlock.directory / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x = 1\n")
    work = Work(interlock.directory)
    ada = work.agent("s-ada", "ada")
    work.claim(ada, "src/a/**")
    with work.store.writing() as books:
        books.journal.edited("src/a/x.py", ada)
    assert interlock("plan", "-", stdin=json.dumps({"tasks": [{"title": "B", "scope": ["src/b"]}]})).code == 0
    assert interlock("claim", "T2").code == 0
    return interlock


def diagnosed(ran: Ran) -> dict[str, Any]:
    assert ran.code == 0, ran.err
    return ran.json


def test_the_answer_names_files_holders_and_the_next_step(shared: Shell) -> None:
    answer = diagnosed(shared("diagnose", "--command", "mypy src", "--exit-code", "1", stdin=OUTPUT))
    assert list(answer) == ["tool", "error_files", "foreign", "own", "verdict", "advice"]
    [foreign] = answer["foreign"]
    assert foreign["last_edit"].endswith("Z")
    assert {**foreign, "last_edit": ""} == {"path": "src/a/x.py", "holder": "ada", "task": "T1", "last_edit": ""}
    assert (answer["tool"], answer["error_files"], answer["own"]) == ("mypy", ["src/a/x.py"], [])
    assert answer["verdict"] == "foreign"
    assert "which ada (task T1) is editing" in answer["advice"]


@pytest.mark.parametrize(("path", "verdict"), [("src/b/x.py", "own"), ("lib.py", "unknown")])
def test_ones_own_errors_come_without_advice_and_nobodys_with_the_way_to_fix_them(
    shared: Shell, path: str, verdict: str
) -> None:
    output = OUTPUT.replace("src/a/x.py", path)
    answer = diagnosed(shared("diagnose", "--command", "mypy src", "--exit-code", "1", stdin=output))
    assert (answer["verdict"], answer["error_files"]) == (verdict, [path])
    assert ('lock_resource("path:lib.py")' in answer["advice"]) == (verdict == "unknown")
    assert bool(answer["advice"]) == (verdict == "unknown")


def test_somebody_else_may_be_asked_for(shared: Shell) -> None:
    arguments = ("diagnose", "--command", "mypy src", "--exit-code", "1", "--as", "eve")
    answer = diagnosed(shared(*arguments, stdin=OUTPUT.replace("/a/", "/b/")))
    assert (answer["verdict"], answer["foreign"][0]["holder"]) == ("foreign", "pat")


def test_another_repository_and_folder_can_be_named(shared: Shell, tmp_path: Path) -> None:
    elsewhere = Shell(tmp_path)
    output = OUTPUT.replace("src/a/", "a/")
    for root, cwd in ((str(shared.directory), "src"), (str(shared.directory), str(shared.directory / "src"))):
        options = ("--root", root, "--cwd", cwd, "--command", "mypy a", "--exit-code", "1")
        assert diagnosed(elsewhere("diagnose", *options, stdin=output))["error_files"] == ["src/a/x.py"]


@pytest.mark.parametrize("output", ["", "\x00\x1b[31m\r\r", "all is well\n", "error: nowhere.py:1: no such file\n"])
def test_where_nothing_can_be_said_nothing_is(shared: Shell, output: str) -> None:
    answer = diagnosed(shared("diagnose", "--exit-code", "1", stdin=output))
    assert (answer["error_files"], answer["verdict"], answer["advice"]) == ([], "unknown", "")


def test_in_a_repository_that_does_not_use_interlock_the_files_are_still_read(interlock: Shell) -> None:
    (interlock.directory / "x.py").write_text("x\n")
    answer = diagnosed(interlock("diagnose", "--exit-code", "1", stdin="x.py:1: error: no\n"))
    assert (answer["error_files"], answer["verdict"]) == (["x.py"], "unknown")
    assert not (interlock.directory / ".git" / "interlock").exists()


def test_a_folder_that_is_not_there_is_named(interlock: Shell) -> None:
    refused = interlock("diagnose", "--root", "/nowhere/at/all", stdin="")
    assert (refused.code, "/nowhere/at/all is not a directory" in refused.err) == (2, True)
    assert diagnosed(interlock("diagnose", "--cwd", "nowhere", "--exit-code", "1", stdin="x"))["verdict"] == "unknown"
