"""A person's edits in the list (new, reworded, copied and deleted lines) are applied to the tasks."""

from __future__ import annotations

import pytest

from tests.core.task_list.workspace import TaskListWorkspace, statuses
from tests.workspace import task


def test_a_person_rewords_reorders_and_adds(listed: TaskListWorkspace) -> None:
    text = listed.paper.text
    lines = text.split("\n")
    lines[2], lines[4] = lines[4].replace("Think", "Think hard"), lines[2]
    lines.insert(3, "* [ ] Between (priority: 7)")
    synced = listed.listed("\n".join(lines))

    assert synced.created == ("T5",)
    assert (listed.task("T3").title, listed.task("T5").priority) == ("Think hard", 7)
    assert listed.paper.text == "\n".join(lines).replace("] Between", "] **T5** Between")


def test_removed_priorities_and_dependencies_are_removed_from_the_task(listed: TaskListWorkspace) -> None:
    listed.edit("after: T1", "after: T1; priority: 4")
    assert (listed.task("T2").priority, listed.task("T2").waiting) == (4, 1)
    listed.edit("; after: T1; priority: 4", "")
    assert (listed.task("T2").priority, listed.task("T2").waiting) == (0, 0)


def test_a_deleted_task_is_dropped_and_back_when_it_is_pasted_again(listed: TaskListWorkspace) -> None:
    line = "- [ ] **T1** Auth (scope: src/auth/**)\n"
    listed.edit(line, "")
    assert (listed.task("T1").status, listed.task("T2").ready) == ("dropped", True)
    assert listed.refused(listed.agent("ada"), "T1").reason == "done"
    listed.edit("Words.\n", "Words.\n\n" + line)
    assert (listed.task("T1").status, listed.task("T1").scope, listed.task("T2").ready) == (
        "todo",
        ("src/auth/**",),
        False,
    )


def test_a_deleted_task_in_progress_is_added_again_in_its_place(listed: TaskListWorkspace) -> None:
    listed.claimed(listed.agent("ada"), "T1")
    listed.sync()
    text = listed.paper.text
    synced = listed.edit("- [~] **T1** Auth (scope: src/auth/**) — @ada\n", "")

    assert listed.paper.text == text
    assert "T1 is in progress" in (synced.notice or "")


def test_a_deleted_done_task_stays_done_and_deleted(listed: TaskListWorkspace) -> None:
    listed.edit("- [x] **T4** Begun\n", "")
    listed.plan(task("A", "a"))
    listed.sync()
    assert listed.task("T4").status == "done"
    assert "T4" not in listed.paper.text


def test_a_copied_line_is_another_task(listed: TaskListWorkspace) -> None:
    line = "- [ ] **T1** Auth (scope: src/auth/**)\n"
    listed.edit(line, line.replace("Auth", "Auth again") + line)

    assert (listed.task("T1").title, listed.task("T5").title) == ("Auth", "Auth again")
    assert "- [ ] **T5** Auth again (scope: src/auth/**)\n" + line in listed.paper.text


def test_an_id_that_nothing_has_is_taken_as_it_is(workspace: TaskListWorkspace) -> None:
    workspace.listed(
        "- [ ] **T40** Carry on (scope: a)\n- [ ] **Important** thing\n- [ ] **db** Store\n- [ ] x (after: db)\n"
    )
    assert workspace.task("T40").title == "Carry on"
    assert workspace.task("db").title == "Store"
    assert "- [ ] **T1** **Important** thing\n" in workspace.paper.text


def test_a_lost_id_is_given_back_by_the_title(listed: TaskListWorkspace) -> None:
    text = listed.paper.text
    listed.edit("**T1** ", "")
    assert listed.paper.text == text
    assert statuses(listed)["T1"] == "todo"


def test_a_title_of_long_ago_is_a_new_task(listed: TaskListWorkspace) -> None:
    listed.edit("- [x] **T4** Begun\n", "")
    assert listed.edit("Words.\n", "Words.\n\n- [ ] Begun\n").created == ("T5",)


@pytest.mark.parametrize(
    ("words", "notice", "status"),
    [
        ("Think (scope: src/[)", "the scope of T3", "todo"),
        ("Think (after: T99)", "'T99', which is not a task", "blocked"),
        ("Think (after: T3)", "'T3', which would then wait for itself", "todo"),
    ],
)
def test_a_change_that_cannot_be_applied_is_reported_and_the_text_is_kept(
    listed: TaskListWorkspace, words: str, notice: str, status: str
) -> None:
    synced = listed.edit("Think", words)
    assert notice in (synced.notice or "")
    assert f"- [ ] **T3** {words}\n" in listed.paper.text
    assert listed.task("T3").status == status


def test_a_circle_is_not_closed(listed: TaskListWorkspace) -> None:
    synced = listed.edit("Auth (scope: src/auth/**)", "Auth (scope: src/auth/**; after: T2)")
    assert "wait for itself" in (synced.notice or "")
    assert listed.task("T1").ready


def test_another_scope_counts_at_once_unless_it_meets_somebody(listed: TaskListWorkspace) -> None:
    ada, ben = listed.agent("ada"), listed.agent("ben")
    listed.claimed(ada, "T1")
    listed.edit("Think", "Think (scope: src/think/**)")
    listed.claimed(ben, "T3")
    listed.sync()

    refused = listed.edit("scope: src/auth/**", "scope: src/**")
    assert "overlaps T3 of ben" in (refused.notice or "")
    assert (listed.task("T1").scope, "scope: src/**" in listed.paper.text) == (("src/auth/**",), True)
    listed.edit("scope: src/**", "scope: src/auth/**, lib/**")
    assert listed.rule(ada, "lib/x.py") == listed.rule(ada, "src/auth/x.py") == "own"


def test_a_scope_that_is_left_out_stays(listed: TaskListWorkspace) -> None:
    listed.edit(" (scope: src/auth/**)", "")
    assert listed.task("T1").scope == ("src/auth/**",)
    assert "**T1** Auth\n" in listed.paper.text
