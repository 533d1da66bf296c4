"""The effect of a mark that a person sets or removes on a task and its holder."""

from __future__ import annotations

import pytest

from mcp_server.domain.errors import NotHolder
from tests.core.task_list.workspace import TaskListWorkspace, update


def test_a_tick_makes_a_task_done_and_removing_it_reopens_the_task(listed: TaskListWorkspace) -> None:
    listed.edit("- [ ] **T1**", "- [x] **T1**")
    assert (listed.task("T1").status, listed.task("T2").ready) == ("done", True)
    listed.edit("- [x] **T1**", "- [ ] **T1**")
    assert (listed.task("T1").status, listed.task("T2").ready) == ("todo", False)


def test_a_tick_ends_the_claim_on_the_task_and_notifies_its_holder(listed: TaskListWorkspace) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    listed.edit("- [~] **T1**", "- [x] **T1**")

    assert (listed.task("T1").status, listed.leases()) == ("done", [])
    assert listed.rule(ada, "src/auth/x.py") == "taken_over"
    assert "ticked off in TASKS.md" in listed.inbox(ada)[0].subject
    assert "- [x] **T1** Auth (scope: src/auth/**)\n" in listed.paper.text


def test_a_late_release_does_not_take_a_tick_back(listed: TaskListWorkspace) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    listed.edit("- [~] **T1**", "- [x] **T1**")
    for status in ("released", "blocked"):
        with pytest.raises(NotHolder, match="your claim on T1, now done, has ended"):
            update(listed, ada, "T1", status)
    assert listed.task("T1").status == "done"


def test_a_holder_that_ticks_its_own_task_off_has_finished_it(listed: TaskListWorkspace) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync(ada)
    listed.paper.save(listed.paper.text.replace("- [~]", "- [x]"))
    listed.sync(ada)

    assert (listed.task("T1").status, listed.inbox(ada)) == ("done", [])
    assert listed.writes(ada, "src/auth/x.py").allowed


@pytest.mark.parametrize("mark", [" ", "!"])
def test_no_other_mark_ends_a_claim(listed: TaskListWorkspace, mark: str) -> None:
    ada = listed.agent("ada")
    listed.claimed(ada, "T1")
    listed.sync()
    listed.edit("- [~] **T1**", f"- [{mark}] **T1**")

    assert [lease.task for lease in listed.leases(ada)] == ["T1"]
    assert "- [~] **T1** Auth (scope: src/auth/**) — @ada" in listed.paper.text
    assert len(listed.inbox(ada)) == 1


def test_a_task_that_a_person_works_on_is_not_given_to_agents(listed: TaskListWorkspace) -> None:
    listed.edit("- [ ] **T1** Auth (scope: src/auth/**)", "- [~] **T1** Auth (scope: src/auth/**) — @pat")
    refused = listed.refused(listed.agent("ada"), "T1")

    assert ("pat" in refused.advice, refused.reason) == (True, "waiting")
    assert "- [~] **T1** Auth (scope: src/auth/**) — @pat" in listed.paper.text
    listed.edit("- [~] **T1**", "- [ ] **T1**")
    listed.claimed(listed.agent("ada"), "T1")


def test_a_person_blocks_and_unblocks(listed: TaskListWorkspace) -> None:
    listed.edit("- [ ] **T1**", "- [!] **T1**")
    assert listed.task("T1").status == "blocked"
    listed.edit("- [!] **T1**", "- [ ] **T1**")
    assert listed.task("T1").ready
