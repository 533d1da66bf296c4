"""An edit is in the journal once it has been made, however its step ends, and not before."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.hooks.conftest import Work
from tests.hooks.runner import Hooks

PATH = "src/auth/x.py"


@pytest.fixture
def file(repo: Path) -> Path:
    file = repo / PATH
    file.write_text("before\n")
    return file


def editors(work: Work, path: str = PATH) -> list[str]:
    with work.store.reading() as books:
        return [editor.name for editor in books.journal.editors(path)]


def copies(repo: Path) -> list[str]:
    return [file.read_text() for file in (repo / ".git/interlock").glob("copies/**/*") if file.is_file()]


def other(hooks: Hooks) -> Hooks:
    return Hooks(hooks.repo, Path(hooks.environment["HOME"]), session="s2")


@pytest.fixture
def ada(hooks: Hooks, work: Work, file: Path) -> Hooks:  # noqa: ARG001  the file is there
    """A session that has begun an edit, of which nobody knows yet whether it was made."""
    work.agent("s1", "ada")
    work.agent("s2", "bob")
    assert hooks.edit(PATH).output == ""
    return hooks


def test_an_edit_that_was_let_pass_and_not_made_is_not_in_the_journal(ada: Hooks, work: Work, repo: Path) -> None:
    assert ada.step(PATH).output == ""

    assert editors(work) == []
    assert copies(repo) == []
    with work.store.reading() as books:
        assert books.begun_edits.pending() == []


def test_an_edit_that_was_made_is_in_the_journal_at_the_end_of_its_step(ada: Hooks, work: Work, file: Path) -> None:
    file.write_text("after\n")

    assert ada.step(PATH).output == ""

    assert editors(work) == ["ada"]
    assert copies(ada.repo) == ["after\n"]


@pytest.mark.parametrize("event", ["UserPromptSubmit", "Stop", "SessionEnd"])
def test_so_is_one_in_a_step_that_was_interrupted(ada: Hooks, work: Work, file: Path, event: str) -> None:
    file.write_text("after\n")

    ada.send(event, prompt="stop that", reason="other")

    assert editors(work) == ["ada"]
    with work.store.reading() as books:
        assert books.begun_edits.pending() == []


def test_one_in_a_subagents_step_that_was_interrupted_is_the_subagents(ada: Hooks, work: Work, file: Path) -> None:
    fields = {"agent_id": "a1", "agent_type": "worker"}
    ada.send("SubagentStart", **fields)
    ada.edit("src/auth/new.py", **fields)
    (file.parent / "new.py").write_text("x = 1\n")

    ada.send("SubagentStop", **fields)

    assert editors(work, "src/auth/new.py") == ["ada/worker-1"]
    with work.store.reading() as books:
        assert [edit.path for edit in books.begun_edits.pending()] == [PATH], "its lead's step is not over"


@pytest.mark.parametrize("who", ["itself", "another"])
def test_while_the_step_goes_on_the_next_command_or_edit_finds_it(ada: Hooks, work: Work, file: Path, who: str) -> None:
    file.write_text("after\n")
    hooks = ada if who == "itself" else other(ada)

    hooks.before("sleep 60")
    assert editors(work) == ["ada"]
    assert copies(ada.repo) == ["after\n"]

    file.write_text("more\n")
    hooks.edit("src/auth/another.py")
    assert copies(ada.repo) == ["more\n"]


def test_what_the_client_says_did_nothing_is_nobodys_edit(ada: Hooks, work: Work, file: Path) -> None:
    file.write_text("by a person\n")

    ada.step(PATH, response="<tool_use_error>File has been modified since read</tool_use_error>")

    assert editors(work) == []


def test_a_change_long_after_a_step_that_had_no_end_is_nobodys_edit(ada: Hooks, work: Work, file: Path) -> None:
    with closing(sqlite3.connect(work.file)) as state, state:
        state.execute("UPDATE begun_edit SET at = at - 3600")
    file.write_text("by a person\n")

    ada.send("UserPromptSubmit", prompt="go on")

    assert editors(work) == []


def test_a_journal_that_cannot_be_written_disturbs_no_edit(ada: Hooks, work: Work) -> None:
    with work.store.writing():
        said = ada.edit("src/auth/y.py")

    assert (said.output, said.code) == ("", 0)
    assert "an edit is not in the journal" in said.stderr
