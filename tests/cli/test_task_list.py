"""The task list at the command line: import, export, sync, and that it is kept true by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_commands import ROOT, Shell

LIST = "# Work\r\n\r\n- [ ] Write unit tests for auth module \u2014 (unclaimed)\r\n- [ ] Docs (scope: docs/**)\r\n"


@pytest.fixture
def interlock(tmp_path: Path) -> Shell:
    root = tmp_path / "repo"
    root.mkdir()
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return Shell(root)


@pytest.fixture
def file(interlock: Shell) -> Path:
    return interlock.directory / "TASKS.md"


def write(file: Path, text: str) -> None:
    file.write_bytes(text.encode())


def text(file: Path) -> str:
    return file.read_bytes().decode()


def test_a_list_that_lies_there_is_taken_in_and_kept_true(interlock: Shell, file: Path) -> None:
    write(file, LIST)
    interlock("init")
    assert text(file) == LIST.replace("] Write", "] **T1** Write").replace("] Docs", "] **T2** Docs")

    [first, second] = interlock("board", "--json").json["tasks"]
    assert (first["needs_scope"], second.get("needs_scope")) == (True, None)
    assert "needs a" in interlock("board").out

    claimed = interlock("claim", "--as", "ada", "--json")
    assert claimed.json["task"]["id"] == "T2"
    assert "- [~] **T2** Docs (scope: docs/**) \u2014 @ada\r\n" in text(file)
    write(file, text(file).replace("[~]", "[x]"))
    board = interlock("board", "--json").json
    assert (board["done"], board["claims"]) == (1, [])


def test_a_list_is_made_only_where_somebody_asks_for_it(interlock: Shell, file: Path) -> None:
    interlock("init")
    interlock("plan", "-", stdin='{"tasks": [{"title": "Auth", "scope": ["src"]}]}')
    assert not file.exists()
    interlock("init", "--tasks")
    assert text(file) == "# Tasks\n\n- [ ] **T1** Auth (scope: `src`)\n"


def test_a_list_may_lie_elsewhere(interlock: Shell, file: Path) -> None:
    (interlock.directory / ".claude").mkdir()
    (interlock.directory / ".claude/interlock.toml").write_text('tasks_file = "PLAN.md"\n')
    interlock("init", "--tasks")
    assert (interlock.directory / "PLAN.md").exists()
    assert not file.exists()


def test_any_list_is_imported_and_exported_byte_for_byte(interlock: Shell, tmp_path: Path) -> None:
    write(tmp_path / "wild.md", LIST)
    imported = interlock("tasks", "import", str(tmp_path / "wild.md"), "--json")
    exported = interlock("tasks", "export", "out.md", "--json")

    assert imported.json == {"created": ["T1", "T2"], "changed": [], "written": False}
    assert exported.json == {"file": "out.md"}
    assert (interlock.directory / "out.md").read_bytes() == LIST.encode() == (tmp_path / "wild.md").read_bytes()


def test_a_list_is_exported_to_stdout_byte_for_byte(interlock: Shell, file: Path) -> None:
    interlock("tasks", "import", "-", stdin="- [ ] caf\u00e9\n")
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "mcp_server"), "tasks", "export"],
        cwd=interlock.directory,
        capture_output=True,
        check=True,
        env={name: value for name, value in os.environ.items() if name != "CLAUDE"},
    )
    assert done.stdout == "- [ ] caf\u00e9\n".encode()
    assert interlock("tasks", "export", "--json").json == {"text": "- [ ] caf\u00e9\n"}


def test_syncing_says_what_it_did(interlock: Shell, file: Path) -> None:
    write(file, LIST)
    interlock("init")
    write(file, text(file).replace("[ ] **T1**", "[x] **T1**") + "- [ ] More\r\n")
    synced = interlock("tasks", "sync", "--json")
    again = interlock("tasks", "sync")

    assert synced.json == {"created": ["T3"], "changed": ["T1"], "written": True}
    assert "the list and the tasks agree" in again.out


def test_importing_the_list_that_is_kept_is_a_sync(interlock: Shell, file: Path) -> None:
    write(file, LIST)
    assert interlock("tasks", "import", "--json").json["created"] == ["T1", "T2"]
    assert "**T2** Docs" in text(file)


def test_a_list_that_cannot_be_used_is_told_of_while_the_command_works(interlock: Shell, file: Path) -> None:
    (interlock.directory / "real.md").write_bytes(LIST.encode())
    interlock("init")
    file.symlink_to("real.md")
    planned = interlock("plan", "-", "--json", stdin='{"tasks": [{"title": "Auth", "scope": ["src"]}]}')

    assert (planned.code, planned.json["created"]) == (0, ["T1"])
    assert "TASKS.md is a symbolic link" in planned.json["notice"]
    assert planned.json["notice"].count("symbolic link") == 1
    exported = interlock("tasks", "export")
    assert (exported.code, "**T1** Auth" in exported.out, "symbolic link" in exported.err) == (0, True, True)


def test_what_cannot_be_imported_is_misuse(interlock: Shell) -> None:
    (interlock.directory / "x.bin").write_bytes(b"- [ ] a\0")
    missing, binary = interlock("tasks", "import", "none.md"), interlock("tasks", "import", "x.bin")
    assert (missing.code, "none.md cannot be read" in missing.err) == (2, True)
    assert (binary.code, "x.bin is binary" in binary.err) == (2, True)


def test_what_cannot_be_read_does_not_put_a_repository_into_use(interlock: Shell) -> None:
    for words in (("tasks", "import", "none.md"), ("plan", "none.json")):
        refused = interlock(*words)
        assert (refused.code, "cannot be read" in refused.err) == (2, True)
    assert not (interlock.directory / ".git/interlock").exists()


def test_a_sync_without_a_list_says_so(interlock: Shell) -> None:
    interlock("init")

    assert "interlock init --tasks" in interlock("tasks", "sync").err


def test_a_sync_where_interlock_is_not_in_use_offers_to_begin_with_the_list_that_is_there(
    interlock: Shell, file: Path
) -> None:
    assert "`interlock init` starts it" in interlock("tasks", "sync").out
    write(file, LIST)

    offered = interlock("tasks", "sync")

    assert (offered.code, "interlock init --tasks" in offered.err) == (1, True)
    assert text(file) == LIST


def test_an_export_follows_a_link_and_refuses_what_may_not_be_written(interlock: Shell, file: Path) -> None:
    write(file, LIST)
    interlock("init")
    (interlock.directory / "real.md").write_text("old")
    (interlock.directory / "link.md").symlink_to("real.md")
    (interlock.directory / "fixed.md").write_text("old")
    (interlock.directory / "fixed.md").chmod(0o444)

    interlock("tasks", "export", "link.md")
    assert (interlock.directory / "link.md").is_symlink()
    assert (interlock.directory / "real.md").read_bytes() == file.read_bytes()
    for place, why in (("fixed.md", "is read-only"), ("none/list.md", "No such file"), (".git", "a directory")):
        refused = interlock("tasks", "export", place)
        assert (refused.code, why in refused.err) == (2, True), refused.err
    assert (interlock.directory / "fixed.md").read_text() == "old"
