"""Lists are imported once, from anywhere, and exported as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest

from mcp_server.core.task_list import sync
from mcp_server.core.tasks import claim
from tests.core.task_list.workspace import LIST, LISTS, TaskListWorkspace, statuses
from tests.workspace import task


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_a_list_that_is_imported_is_exported_byte_for_byte(workspace: TaskListWorkspace, file: Path) -> None:
    content = file.read_bytes()
    sync.import_list(workspace.place, workspace.me, file.name, content)
    assert sync.export_list(workspace.place) == content


@pytest.mark.parametrize("file", LISTS, ids=lambda file: file.stem)
def test_a_list_that_is_kept_gains_ids_once_and_stays_as_it_is(workspace: TaskListWorkspace, file: Path) -> None:
    workspace.paper.content = file.read_bytes()
    workspace.sync()
    kept = workspace.paper.content
    for _ in range(2):
        workspace.leaves("pat")
        workspace.sync()
    assert (workspace.paper.content, sync.export_list(workspace.place)) == (kept, kept)
    assert workspace.paper.writes <= 1


def test_importing_a_list_twice_takes_nothing_in_twice(workspace: TaskListWorkspace) -> None:
    assert len(sync.import_list(workspace.place, workspace.me, "x.md", LIST.encode()).created) == 4
    workspace.listed("# Mine\n")
    assert sync.import_list(workspace.place, workspace.me, "x.md", LIST.encode()).created == ()
    assert sync.import_list(workspace.place, workspace.me, "y.md", b"- [ ] Think\n- [ ] New\n").created == ("T5",)
    assert "dropped" not in statuses(workspace).values()


def test_an_imported_list_is_exported_with_what_has_happened_since(workspace: TaskListWorkspace) -> None:
    sync.import_list(workspace.place, workspace.me, "x.md", LIST.encode())
    claimed = claim.claim_task(workspace.place, workspace.me, "T1")
    assert isinstance(claimed, claim.Claimed)
    assert (
        sync.export_list(workspace.place)
        == LIST.replace("- [ ] Auth (scope: src/auth/**)", "- [~] **T1** Auth (scope: src/auth/**) — @pat").encode()
    )


def test_without_a_list_the_tasks_are_exported_as_one(workspace: TaskListWorkspace) -> None:
    workspace.plan(task("A", "a"))
    assert sync.export_list(workspace.place) == b"# Tasks\n\n- [ ] **A** Work on A (scope: `a`)\n"
