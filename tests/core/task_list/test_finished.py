"""Tasks done before the list could show them are shown once; deleted tasks stay deleted."""

from __future__ import annotations

from mcp_server.core.task_list import sync
from tests.core.task_list.workspace import TaskListWorkspace, update
from tests.workspace import task


def finished_unseen(workspace: TaskListWorkspace) -> int:
    """An agent plans A and does it before the list is looked at again."""
    ada = workspace.agent("ada")
    workspace.plan(task("A", "a"))
    workspace.claimed(ada, "A")
    update(workspace, ada, "A", "done")
    return ada


def test_a_task_planned_and_done_before_the_list_was_looked_at_is_shown_as_done(listed: TaskListWorkspace) -> None:
    finished_unseen(listed)
    listed.edit("Words.", "More words.")

    assert "- [ ] **T3** Think\n- [x] **A** Work on A (scope: `a`)\n- [x] **T4** Begun\n" in listed.paper.text
    assert "More words." in listed.paper.text
    assert listed.sync() == sync.Synced()


def test_a_task_planned_and_done_while_the_list_could_not_be_written_is_shown_once_it_can(
    listed: TaskListWorkspace,
) -> None:
    listed.paper.read_only = True
    finished_unseen(listed)
    assert listed.sync().notice == "TASKS.md can't be written"
    listed.paper.read_only = False
    listed.edit("Words.", "More words.")

    assert "- [x] **A** Work on A (scope: `a`)\n" in listed.paper.text


def test_a_done_task_that_was_shown_and_deleted_stays_deleted(listed: TaskListWorkspace) -> None:
    ada = finished_unseen(listed)
    listed.sync()
    listed.edit("- [x] **A** Work on A (scope: `a`)\n", "")
    listed.claimed(ada, "T1")
    update(listed, ada, "T1", "done")
    update(listed, ada, "A", "done")
    listed.sync()

    assert "- [x] **T1**" in listed.paper.text
    assert "**A**" not in listed.paper.text


def test_a_task_deleted_while_it_was_being_done_stays_deleted(listed: TaskListWorkspace) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    update(listed, ada, "T1", "done")
    listed.paper.read_only = True
    listed.edit("- [~] **T1** Auth (scope: src/auth/**) — @ada\n", "")
    listed.plan(task("A", "a"))
    listed.sync()
    listed.paper.read_only = False
    listed.edit("Words.", "More words.")

    assert "**A**" in listed.paper.text
    assert "**T1**" not in listed.paper.text


def test_tasks_done_before_the_list_existed_are_not_shown(workspace: TaskListWorkspace) -> None:
    finished_unseen(workspace)
    workspace.listed("- [ ] Think\n")
    assert workspace.paper.text == "- [ ] **T1** Think\n"


def test_done_tasks_of_another_list_are_imported_and_not_shown(listed: TaskListWorkspace) -> None:
    imported = sync.import_list(listed.place, listed.me, "y.md", b"- [x] Old\n- [ ] New\n")
    listed.sync()

    assert [listed.task(task_id).status for task_id in imported.created] == ["done", "todo"]
    assert ("New" in listed.paper.text, "Old" in listed.paper.text) == (True, False)
