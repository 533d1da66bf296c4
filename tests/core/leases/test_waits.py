"""Whoever waits for a lease is told of its end, however it ends, once, and nobody else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mcp_server.core.approval.decide import reject_task
from mcp_server.core.leases.lock import lock_resource, unlock_resource
from mcp_server.core.tasks.update import update_task
from tests.workspace import Workspace, task


def subjects(workspace: Workspace, agent: int) -> list[str]:
    return [message.subject for message in workspace.inbox(agent)]


@pytest.fixture
def waits(workspace: Workspace) -> tuple[int, int, int]:
    """A holder, one that waits for it because its task overlaps, and one that waits for nothing."""
    workspace.plan(task("A", "src/**"), task("B", "src/b"))
    ada, bob, cyd = (workspace.agent(name) for name in ("ada", "bob", "cyd"))
    workspace.claimed(ada, "A")
    assert workspace.refused(bob, "B").reason == "overlap"
    return ada, bob, cyd


def _releases(workspace: Workspace, ada: int) -> None:
    update_task(workspace.place, ada, "A", status="released")


def _finishes(workspace: Workspace, ada: int) -> None:
    update_task(workspace.place, ada, "A", status="done")


def _ends(workspace: Workspace, ada: int) -> None:  # noqa: ARG001  one form for all
    workspace.leaves("ada")


@pytest.mark.parametrize("ending", [_releases, _finishes, _ends])
def test_it_is_told_once(
    workspace: Workspace, waits: tuple[int, int, int], ending: Callable[[Workspace, int], None]
) -> None:
    ada, bob, cyd = waits
    ending(workspace, ada)

    assert subjects(workspace, bob) == ["A is free"]
    assert "You waited for B" in workspace.inbox(bob)[0].body
    assert subjects(workspace, cyd) == []
    assert workspace.claimed(bob, "B")
    assert subjects(workspace, bob).count("A is free") == 1


def test_what_goes_to_review_is_free_when_that_is_over(workspace: Workspace, waits: tuple[int, int, int]) -> None:
    ada, bob, _ = waits
    update_task(workspace.place, ada, "A", status="review", note="Done.")
    assert subjects(workspace, bob) == []
    reject_task(workspace.place, workspace.agent("eve"), "A", "No.")
    assert subjects(workspace, bob) == ["A is free"]


def test_one_that_waits_for_a_resource_is_told_when_it_is_unlocked(workspace: Workspace) -> None:
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    lock_resource(workspace.place, ada, "port:80")
    lock_resource(workspace.place, bob, "port:80")
    unlock_resource(workspace.place, ada, "port:80")
    assert subjects(workspace, bob) == ["port:80 is free"]
