"""A person who saves an old version, or during a write, undoes nothing that they did not see."""

from __future__ import annotations

from mcp_server.core.task_list import sync
from mcp_server.core.tasks import claim
from tests.core.task_list.workspace import TaskListWorkspace, statuses
from tests.workspace import task


def test_a_list_saved_from_an_old_reading_takes_nothing_back(listed: TaskListWorkspace) -> None:
    read = listed.paper.text
    listed.claimed(listed.agent("ada"), "T1")
    listed.plan(task("A", "a"))
    listed.sync()
    listed.paper.save(read.replace("Think", "Think hard").replace("Words.", "More words."))
    listed.sync()

    assert [lease.task for lease in listed.leases()] == ["T1"]
    assert (listed.task("T3").title, statuses(listed)["T1"], listed.task("A").status) == (
        "Think hard",
        "in_progress",
        "todo",
    )
    assert "— @ada" in listed.paper.text
    assert "**A** Work on A" in listed.paper.text
    assert "More words." in listed.paper.text


def test_an_edit_saved_during_writing_is_merged(listed: TaskListWorkspace) -> None:
    read = listed.paper.text
    listed.claimed(listed.agent("ada"), "T1")
    listed.paper.saved_meanwhile = [read.replace("Words.", "Better words.").encode()]
    listed.sync()

    assert "Better words." in listed.paper.text
    assert "- [~] **T1**" in listed.paper.text
    assert listed.sync() == sync.Synced()


def test_repeating_an_unseen_change_undoes_no_other(listed: TaskListWorkspace) -> None:
    def deletes(stands: bytes) -> bytes:
        return b"".join(line for line in stands.splitlines(keepends=True) if b"docs" not in line)

    claim.claim_task(listed.place, listed.me)
    listed.paper.saved_meanwhile = [lambda stands: deletes(stands) + b"A thought.\n", deletes]
    listed.sync()
    assert listed.paper.text.count("A thought.") == 1
    assert "docs" not in listed.paper.text


def test_what_was_saved_from_a_save_that_was_taken_over_counts_from_there(listed: TaskListWorkspace) -> None:
    saved = b""

    def first(stands: bytes) -> bytes:
        nonlocal saved
        saved = stands + b"A thought.\n"
        return saved

    claim.claim_task(listed.place, listed.me)
    listed.paper.saved_meanwhile = [first, lambda stands: saved + b"Another.\n"]
    listed.sync()
    assert (listed.paper.text.count("A thought."), listed.paper.text.count("Another.")) == (1, 1)
    assert "[~]" in listed.paper.text
