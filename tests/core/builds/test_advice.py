"""The advice about errors in other agents' files: facts, and the next step."""

from __future__ import annotations

import pytest

from mcp_server.core.builds.advice import LONGEST, advice_on
from mcp_server.core.builds.blame import Judgement, Suspect

NOW = 1_000.0
ERRORS = ["src/api.py:1: error: a", "src/api.py:2: error: b"]


def foreign(path: str = "src/api.py", *, task: str | None = "T4", edit: float | None = NOW - 12) -> Suspect:
    return Suspect(path, ERRORS, "unknown").of(7, "ada", task, edit)


def test_the_advice_names_the_file_its_editor_the_last_edit_and_the_next_step() -> None:
    assert advice_on(Judgement([foreign()]), NOW) == (
        "Interlock: The errors are in src/api.py, which ada (task T4) is editing: last edit 12 s ago. "
        "There are no errors in your own files. Wait 30 s and run the same command again; don't change that file."
    )


def test_unknown_facts_are_left_out() -> None:
    suspect = Suspect("a.py", ERRORS[:1], "unknown").of(7, "ada", None, None)
    assert advice_on(Judgement([suspect]), NOW, retry_seconds=5) == (
        "Interlock: The error is in a.py, which ada is editing. There are no errors in your own files. "
        "Wait 5 s and run the same command again; don't change that file."
    )


def test_without_foreign_files_there_is_no_advice() -> None:
    for whose in ("own", "unknown"):
        assert advice_on(Judgement([Suspect("a.py", ERRORS, whose)]), NOW) == ""
    assert advice_on(Judgement([]), NOW) == ""


def test_own_files_and_foreign_files_are_distinguished() -> None:
    said = advice_on(Judgement([foreign(), Suspect("mine.py", ERRORS, "own"), Suspect("x.py", ERRORS, "unknown")]), NOW)
    assert "Errors in your own files, for you to fix: mine.py." in said
    assert "don't change that file" in said
    said = advice_on(Judgement([foreign(), Suspect("x.py", ERRORS, "unknown")]), NOW)
    assert "Nobody seems to be editing x.py." in said


def test_after_a_delay_the_command_should_be_run_at_once() -> None:
    said = advice_on(Judgement([foreign()]), NOW, quiet=5)
    assert "delayed until that file had not changed for 5 s. Run the same command again now" in said
    assert "Wait" not in said


def test_after_three_attempts_the_advice_changes() -> None:
    assert "Wait 30 s" in advice_on(Judgement([foreign()]), NOW, attempts=2)
    said = advice_on(Judgement([foreign()]), NOW, attempts=3)
    assert "This was attempt 3, and the errors were sent to ada." in said
    assert "Do work that does not need this build" in said
    assert "Wait" not in said


def test_a_holder_that_has_stopped_is_not_waited_for() -> None:
    left = foreign(edit=NOW - 600)
    left.stopped = "has ended"
    said = advice_on(Judgement([left]), NOW, attempts=5)
    assert "src/api.py, which ada (task T4) held and has ended: last edit 10 min ago." in said
    assert 'claim_task(task_id="T4") takes over the task' in said
    left.task = None
    assert 'lock_resource("path:src/api.py")' in advice_on(Judgement([left]), NOW)


def test_it_stays_short_however_much_is_broken() -> None:
    many = [foreign(f"src/{'x' * 200}{number}.py") for number in range(50)]
    said = advice_on(Judgement(many), NOW)
    assert len(said) <= LONGEST
    few = [foreign(f"src/{number}.py") for number in range(6)]
    assert "There are errors in 2 more files that others are editing." in advice_on(Judgement(few), NOW)
    assert "don't change those files" in advice_on(Judgement(few), NOW)


@pytest.mark.parametrize(
    ("number", "said"), [(5, "in 1 more file that somebody else is editing."), (6, "2 more files")]
)
def test_what_is_not_shown_is_counted_in_words(number: int, said: str) -> None:
    suspects = [foreign(f"src/{at}.py") for at in range(number)]
    assert said in advice_on(Judgement(suspects), 0)
