"""A repository with work in each column, and the board of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from mcp_server.board.acts import Acts
from mcp_server.board.live import LiveBoard
from mcp_server.board.looks import Looks
from mcp_server.core.agents.register import Caller, recognise
from mcp_server.core.tasks.update import update_task
from mcp_server.core.usage.watch import watch
from mcp_server.core.workplace import Workplace
from mcp_server.domain.usage.budget import Limits
from mcp_server.domain.usage.response import Passage, Place, Response
from mcp_server.domain.worktree import Trouble
from mcp_server.ports import MergeTool
from tests.workspace import Workspace, task


@pytest.fixture
def shop(workspace: Workspace) -> Workspace:
    """Ada works on A, B is blocked, C waits for A, D is ready, E is done."""
    workspace.plan(task("A", "a"), task("B", "b"), task("C", "c", depends_on=["A"]), task("D", "d"), task("E", "e"))
    ada, bob = workspace.agent("ada", pid=7), workspace.agent("bob", pid=8)
    workspace.claimed(ada, "A")
    update_task(workspace.place, ada, "A", note="half of it is done")
    workspace.claimed(bob, "B")
    update_task(workspace.place, bob, "B", status="blocked", note="a key")
    update_task(workspace.place, bob, "E", status="done")
    return workspace


def spend(workspace: Workspace, agent: int, task_id: str, tokens: int) -> None:
    """The agent has had a response of so many tokens, while it worked on this task."""
    passage = Passage(Place(1, 1, 1))
    passage.responses = [Response(f"response-{workspace.clock.now}-{agent}-{tokens}", "opus", "", (tokens, 0, 0, 7))]
    with workspace.store.writing() as books:
        books.usage.record(f"/t/{agent}.jsonl", f"/t/{agent}.jsonl", agent, task_id, passage)
        watch(books, Limits(*workspace.settings.budget), agent, task_id)


def live_board(workspace: Workspace, stamp: Callable[[], object] | None = None) -> LiveBoard:
    """The board of a workspace; without a stamp of its own every look counts as a change."""
    numbers = count()
    looks = Looks(None, workspace.checkout, workspace.clock)
    place = _apart(workspace)
    return LiveBoard(lambda: place, looks, stamp or (lambda: next(numbers)), workspace.clock)


def no_merge() -> MergeTool:
    """Nothing can be merged here."""
    raise Trouble("there is no branch")


def _apart(workspace: Workspace) -> Workplace:
    """The same repository over a store of its own: boards are drawn beside the test, in threads."""
    return workspace.place._replace(store=workspace.another_store())


def acts_of(workspace: Workspace, name: str = "pat", kind: str = "person") -> Acts:
    """What a person, or an agent, may do from a board."""
    caller = Caller(f"{kind}:{name}", title=name, kind=kind, worktree="/repository")
    place = _apart(workspace)
    return Acts(lambda: place, lambda books: recognise(books, caller), no_merge)
