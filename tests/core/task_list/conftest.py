"""A workspace with a task list, on every kind of store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.task_list.workspace import LIST, TaskListWorkspace
from tests.workspace import KINDS


@pytest.fixture(params=KINDS)
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TaskListWorkspace]:
    """Without a list."""
    made = TaskListWorkspace(request.param, tmp_path)
    yield made
    made.close()


@pytest.fixture
def listed(workspace: TaskListWorkspace) -> TaskListWorkspace:
    """With the list."""
    workspace.listed(LIST)
    return workspace
