"""What agents do is shown in the list, and nothing is written that has not changed."""

from __future__ import annotations

from mcp_server.core.task_list import sync
from mcp_server.core.tasks.plan import Proposal
from mcp_server.core.tasks.update import update_task
from tests.core.task_list.workspace import LIST, TaskListWorkspace, statuses, update
from tests.workspace import task


def test_a_list_is_imported_and_its_tasks_get_ids(workspace: TaskListWorkspace) -> None:
    synced = workspace.listed(LIST)

    assert synced.created == ("T1", "T2", "T3", "T4")
    assert statuses(workspace) == {"T1": "todo", "T2": "todo", "T3": "todo", "T4": "done"}
    assert (workspace.task("T1").scope, workspace.task("T1").ready, workspace.task("T2").waiting) == (
        ("src/auth/**",),
        True,
        1,
    )
    assert workspace.paper.text == LIST.replace("] Auth", "] **T1** Auth").replace("] Docs", "] **T2** Docs").replace(
        "] Think", "] **T3** Think"
    ).replace("] Begun", "] **T4** Begun")


def test_nothing_is_read_or_written_when_nothing_has_changed(listed: TaskListWorkspace) -> None:
    before = listed.paper.text, listed.paper.writes
    listed.paper.unusable = "it was read"

    assert listed.sync() == sync.Synced()
    assert (listed.paper.text, listed.paper.writes) == before


def test_an_imported_list_is_not_written_again(listed: TaskListWorkspace) -> None:
    writes = listed.paper.writes
    listed.leaves("pat")  # an event that says nothing about tasks

    synced = listed.sync()

    assert (synced.looked, synced.written, listed.paper.writes) == (True, False, writes)


def test_a_claim_and_its_end_are_shown(listed: TaskListWorkspace) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    assert "- [~] **T1** Auth (scope: src/auth/**) — @ada\n" in listed.paper.text
    update(listed, ada, "T1", "blocked", "a key")
    listed.sync()
    assert "- [!] **T1** Auth (scope: src/auth/**)\n" in listed.paper.text
    update(listed, ada, "T1", "released")
    listed.sync()
    assert "- [ ] **T1** Auth (scope: src/auth/**)\n" in listed.paper.text
    update(listed, ada, "T1", "done")
    listed.sync()
    assert "- [x] **T1** Auth (scope: src/auth/**)\n" in listed.paper.text


def test_planned_tasks_are_added_behind_the_open_ones(listed: TaskListWorkspace) -> None:
    listed.plan(task("A", "src/a/**", "b;c", depends_on=["T1"], priority=3), Proposal("Read <!-- only", []))
    listed.sync()

    assert (
        "- [ ] **T3** Think\n"
        "- [ ] **A** Work on A (scope: `src/a/**`, `b;c`; after: T1; priority: 3)\n"
        "- [ ] **T5** Read &lt;!-- only (scope: none)\n"
        "- [x] **T4** Begun\n"
    ) in listed.paper.text
    listed.paper.save(listed.paper.text + "\nMore words.\n")
    assert listed.sync().changed == ()


def test_no_list_is_made_where_there_is_none(workspace: TaskListWorkspace) -> None:
    workspace.plan(task("A", "src/a"))
    assert workspace.sync() == sync.Synced()
    assert workspace.paper.content is None


def test_an_empty_list_that_somebody_made_is_filled(workspace: TaskListWorkspace) -> None:
    workspace.plan(task("A", "src/a"))
    workspace.listed("")
    assert workspace.paper.text == "# Tasks\n\n- [ ] **A** Work on A (scope: `src/a`)\n"


def test_a_task_without_a_scope_can_be_claimed_once_it_has_one(listed: TaskListWorkspace) -> None:
    ada = listed.agent("ada")
    refused = listed.refused(ada, "T3")
    assert (refused.reason, "needs a scope" in refused.advice) == ("waiting", True)

    listed.edit("Think", "Think (scope: src/think/**)")

    assert listed.claimed(ada, "T3").task.scope == ("src/think/**",)


def test_if_only_a_scope_is_missing_the_refusal_says_so(workspace: TaskListWorkspace) -> None:
    workspace.listed("- [ ] Think\n")
    refused = workspace.refused(workspace.agent("ada"))
    assert (refused.reason, "T1 needs a scope" in refused.advice) == ("nothing_ready", True)


def test_a_scope_that_an_agent_gave_is_shown(listed: TaskListWorkspace) -> None:
    update_task(listed.place, listed.agent("ada"), "T3", widen=["src/x/**"])
    listed.sync()
    assert "- [ ] **T3** Think (scope: `src/x/**`)\n" in listed.paper.text
    assert listed.task("T3").ready
