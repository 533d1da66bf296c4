"""A clock that jumps: every operation still answers in words."""

from __future__ import annotations

import pytest

from mcp_server.answers.board import BoardAnswer
from mcp_server.answers.tasks import ClaimAnswer
from mcp_server.core.board.board import read_board
from mcp_server.core.tasks.claim import claim_task
from mcp_server.core.tasks.update import update_task
from tests.workspace import Workspace, task


@pytest.mark.parametrize("now", [-1e12, -1.0, 0.0, 1e9, 1e11, 1e12])
def test_everybody_gets_an_answer_after_any_jump(workspace: Workspace, now: float) -> None:
    workspace.plan(task("A", "src"), task("B", "docs"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.clock.now = now
    assert ClaimAnswer.of(claim_task(workspace.place, bob, "B")).granted
    assert "2 open tasks" in BoardAnswer.of(read_board(workspace.place)).line()
    assert update_task(workspace.place, bob, "B", note="after the jump").task.id == "B"
    assert workspace.rule(bob, "docs/a") == "own"


def test_a_clock_that_was_set_back_leaves_a_claim_with_its_holder(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    workspace.clock.advance(-86_400)
    answer = ClaimAnswer.of(claim_task(workspace.place, bob, "A"))
    assert (answer.granted, answer.holder) == (False, "ada")
    assert workspace.rule(ada, "src/a") == "own"
