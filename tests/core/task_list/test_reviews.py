"""Reviews in the list: `[?]` is read back, a tick approves, a blank box puts back, and a person may ask for one."""

from __future__ import annotations

import pytest

from mcp_server.core.review import decision
from tests.core.review.test_closing import review_of
from tests.core.task_list.workspace import TaskListWorkspace, update


def waiting(listed: TaskListWorkspace) -> int:
    """Ada has asked for review of T1, and the list shows it."""
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    update(listed, ada, "T1", "review", "done")
    listed.sync()
    assert "- [?] **T1** Auth (scope: src/auth/**)\n" in listed.paper.text
    assert "a review" not in listed.paper.text
    return ada


def test_a_tick_approves_it_and_its_author_is_told(listed: TaskListWorkspace) -> None:
    ada = waiting(listed)
    listed.edit("- [?] **T1**", "- [x] **T1**")
    assert (listed.task("T1").status, listed.leases(), listed.task("T2").ready) == ("done", [], True)
    assert [message.subject for message in listed.inbox(ada)] == ["T1 was approved by a person in TASKS.md"]
    assert listed.rule(ada, "src/auth/x.py") == "free"


def test_a_tick_in_a_list_that_its_author_edited_since_approves_nothing(listed: TaskListWorkspace) -> None:
    ada = waiting(listed)
    with listed.store.writing() as books:
        books.journal.edited("TASKS.md", ada)
    done = listed.edit("- [?] **T1**", "- [x] **T1**")
    assert listed.task("T1").status == "review"
    assert "- [?] **T1**" in listed.paper.text
    assert "interlock approve T1" in (done.notice or "")


def test_a_blank_box_puts_it_back(listed: TaskListWorkspace) -> None:
    ada = waiting(listed)
    listed.edit("- [?] **T1**", "- [ ] **T1**")
    assert (listed.task("T1").status, listed.leases()) == ("todo", [])
    assert "T1 was rejected by a person in TASKS.md" in listed.inbox(ada)[0].subject
    assert listed.claimed(ada, "T1").notes[-1].text == "(rejected by a person in TASKS.md) it was put back in TASKS.md"


@pytest.mark.parametrize("mark", ["!", "~"])
def test_another_mark_blocks_it_or_keeps_it_for_a_person(listed: TaskListWorkspace, mark: str) -> None:
    waiting(listed)
    listed.edit("- [?] **T1**", f"- [{mark}] **T1**")
    assert (listed.task("T1").status, listed.leases()) == ("blocked", [])
    assert f"- [{mark}] **T1**" in listed.paper.text


def test_a_blank_box_of_a_list_that_did_not_show_it_yet_changes_nothing(listed: TaskListWorkspace) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    update(listed, ada, "T1", "review", "done")
    listed.edit("- [~] **T1**", "- [ ] **T1**")
    assert listed.task("T1").status == "review"
    assert "- [?] **T1**" in listed.paper.text


def test_deleted_it_comes_back(listed: TaskListWorkspace) -> None:
    waiting(listed)
    done = listed.edit("- [?] **T1** Auth (scope: src/auth/**)\n", "")
    assert listed.task("T1").status == "review"
    assert "- [?] **T1**" in listed.paper.text
    assert "T1 waits for review, so its line was added again" in (done.notice or "")


def test_a_person_asks_for_review_of_what_nobody_holds(listed: TaskListWorkspace) -> None:
    listed.edit("- [ ] **T1**", "- [?] **T1**")
    assert listed.task("T1").status == "review"
    ada = listed.agent("ada")
    assert listed.rule(ada, "src/auth/x.py") == "held"
    assert review_of(listed, "T1").author_name == "a review"
    with listed.store.writing() as books:
        task = books.tasks.get("T1")
        assert task is not None
        assert not decision.is_own(books, books.agents.get(ada), task)


def test_of_a_task_that_is_held_or_has_no_scope_a_person_asks_in_vain(listed: TaskListWorkspace) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    listed.edit("- [~] **T1**", "- [?] **T1**")
    assert (listed.task("T1").status, len(listed.inbox(ada))) == ("in_progress", 1)
    assert "- [~] **T1**" in listed.paper.text
    done = listed.edit("- [ ] **T3**", "- [?] **T3**")
    assert listed.task("T3").status == "todo"
    assert "no scope yet" in (done.notice or "")


def test_a_question_that_is_no_task_stays_text(listed: TaskListWorkspace) -> None:
    listed.edit("Words.\n", "- [?] is this right\n")
    assert "- [?] is this right\n" in listed.paper.text
    with listed.store.reading() as books:
        assert books.tasks.counts() == (3, 1)


def test_a_new_scope_counts_while_it_waits(listed: TaskListWorkspace) -> None:
    ada = waiting(listed)
    listed.edit("(scope: src/auth/**)", "(scope: src/login/**)")
    assert [listed.rule(ada, path) for path in ("src/auth/x.py", "src/login/x.py")] == ["free", "held"]
