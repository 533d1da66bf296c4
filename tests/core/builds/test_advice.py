"""The advice about errors in other agents' files: facts, and the next step."""

from __future__ import annotations

import pytest

from mcp_server.core.builds.advice import LONGEST, advice_on
from mcp_server.core.builds.blame import Judgement, Suspect
from mcp_server.domain.activity import Left

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
        "Interlock: The error is in a.py, which ada holds. There are no errors in your own files. "
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


def test_a_file_that_was_not_edited_for_long_is_held_but_not_being_edited_and_is_waited_for_less() -> None:
    old = foreign(edit=NOW - 600)
    assert "which ada (task T4) holds: last edit 10 min ago." in advice_on(Judgement([old]), NOW)
    assert "Wait 30 s" in advice_on(Judgement([old]), NOW, attempts=1)
    assert "This was attempt 2" in advice_on(Judgement([old]), NOW, attempts=2)


def test_a_holder_that_has_edited_since_the_last_run_is_waited_for() -> None:
    busy = foreign(edit=NOW - 5)
    busy.edited_since = True
    said = advice_on(Judgement([busy]), NOW, attempts=4)
    assert "last edit 5 s ago, after your last run." in said
    assert "Wait 30 s" in said


def nobodys(path: str = "src/api.py", *, left: Left | None = None, barred: bool = True) -> Suspect:
    suspect = Suspect(path, ERRORS, "unknown")
    suspect.left, suspect.barred = left, barred
    return suspect


def test_a_broken_file_of_nobody_comes_with_the_way_to_fix_it() -> None:
    assert advice_on(Judgement([nobodys()]), NOW) == (
        "Interlock: The errors are in src/api.py, which nobody holds. "
        'lock_resource("path:src/api.py") lets you fix it; if it is more than that, plan a task for it with plan_tasks.'
    )
    assert "So are 2 more." in advice_on(Judgement([nobodys(), nobodys("b.py"), nobodys("c.py")]), NOW)
    assert advice_on(Judgement([nobodys(barred=False)]), NOW) == "", "it may be fixed as it is"


def test_a_file_that_was_broken_when_its_task_ended_comes_with_who_and_how() -> None:
    finished = Left("T4", "done", ("src/**",), "done", 7, "ada", NOW - 60)
    said = advice_on(Judgement([nobodys(left=finished)]), NOW)
    assert "which nobody holds: ada finished T4 60 s ago with the file as it is." in said
    assert 'lock_resource("path:src/api.py") lets you fix it' in said
    given_back = Left("T4", "todo", ("src/**",), "released", 7, "ada", NOW - 60)
    said = advice_on(Judgement([nobodys(left=given_back, barred=False)]), NOW)
    assert "ada gave back T4 60 s ago with the file as it is." in said
    assert 'claim_task(task_id="T4") takes the task over; lock_resource("path:src/api.py") this file alone.' in said


def test_a_file_of_nobody_beside_a_foreign_one_comes_with_the_way_to_fix_it() -> None:
    said = advice_on(Judgement([foreign(), nobodys("x.py")]), NOW)
    assert 'Nobody seems to be editing x.py. lock_resource("path:x.py") lets you fix it' in said


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
