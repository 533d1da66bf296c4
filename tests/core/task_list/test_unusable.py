"""A list that can't be used is reported, and its tasks are kept."""

from __future__ import annotations

import pytest

from mcp_server.core.task_list import sync
from tests.core.task_list.workspace import TaskListWorkspace, statuses


def test_a_list_that_cannot_be_written_is_reported_and_written_later(listed: TaskListWorkspace) -> None:
    listed.claimed(listed.agent("ada"), "T1")
    listed.paper.read_only = True
    assert listed.sync().notice == "TASKS.md can't be written"
    listed.paper.read_only = False
    listed.edit("Words.", "Words!")
    assert "- [~] **T1**" in listed.paper.text
    assert statuses(listed) == {"T1": "in_progress", "T2": "todo", "T3": "todo", "T4": "done"}


def test_a_list_that_cannot_be_read_is_reported_and_nothing_changes(listed: TaskListWorkspace) -> None:
    before = statuses(listed)
    listed.paper.save("- [x] something else\n")
    listed.paper.unusable = "TASKS.md is binary"
    assert listed.sync().notice == "TASKS.md is binary"
    assert statuses(listed) == before


def test_a_missing_list_is_reported_once_and_its_tasks_are_kept(listed: TaskListWorkspace) -> None:
    before, text = statuses(listed), listed.paper.text
    listed.paper.save(None)
    assert "TASKS.md is gone" in (listed.sync().notice or "")
    assert listed.sync() == sync.Synced()
    listed.paper.save(text)
    listed.sync()
    assert (statuses(listed), listed.paper.text) == (before, text)


def test_an_emptied_list_drops_nothing(listed: TaskListWorkspace) -> None:
    before = statuses(listed)
    assert "is empty" in (listed.listed("\n").notice or "")
    assert statuses(listed) == before


def test_a_list_is_applied_completely_or_not_at_all(listed: TaskListWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = listed.dump()
    monkeypatch.setattr("mcp_server.core.task_list.merge.ListEdits.link", lambda *_: 1 / 0)
    listed.paper.save(listed.paper.text.replace("[ ]", "[x]"))
    with pytest.raises(ZeroDivisionError):
        listed.sync()
    assert listed.dump() == before
