"""Subagents: they work under their parent's scope until they claim one of their own."""

from __future__ import annotations

import pytest

from mcp_server.core.leases import lock
from mcp_server.core.tasks import update
from mcp_server.core.tasks.update import NotWidened
from tests.workspace import LEASE, Workspace, task


@pytest.fixture
def family(workspace: Workspace) -> tuple[int, int, int]:
    """Ada, who holds src, and her two subagents."""
    workspace.plan(
        task("A", "src/**"), task("B", "src/b/**"), task("C", "src/b/c/**"), task("D", "lib/**"), task("E", "src/e")
    )
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    return ada, workspace.subagent("ada", "x1"), workspace.subagent("ada", "x2")


def test_without_a_claim_it_works_under_its_parents_scope(workspace: Workspace, family: tuple[int, int, int]) -> None:
    _, one, two = family
    assert [workspace.rule(one, path) for path in ("src/a", "lib/a", "top")] == ["own", "outside", "outside"]
    assert workspace.rule(two, "src/a") == "own"


def test_it_may_use_its_parents_path_lock(workspace: Workspace, family: tuple[int, int, int]) -> None:
    ada, one, _ = family
    lock.lock_resource(workspace.place, ada, "path:package.json")
    assert workspace.rule(one, "package.json") == "own"


def test_a_claim_of_its_own_replaces_its_parents(workspace: Workspace, family: tuple[int, int, int]) -> None:
    _, one, _ = family
    workspace.claimed(one, "D")
    assert [workspace.rule(one, path) for path in ("lib/a", "src/a")] == ["own", "outside"]


def test_a_claim_inside_its_parents_is_its_alone(workspace: Workspace, family: tuple[int, int, int]) -> None:
    ada, one, two = family
    workspace.claimed(one, "B")
    assert [workspace.rule(agent, "src/b/x") for agent in (one, ada, two)] == ["own", "held", "held"]
    assert [workspace.rule(agent, "src/a") for agent in (one, ada, two)] == ["outside", "own", "own"]
    assert workspace.writes(ada, "src/b/x").holder == "ada/worker-1"


def test_a_sibling_cannot_claim_what_another_has(workspace: Workspace, family: tuple[int, int, int]) -> None:
    ada, one, two = family
    workspace.claimed(one, "B")
    refused = workspace.refused(two, "C")
    assert (refused.reason, refused.holder) == ("overlap", "ada/worker-1")
    assert workspace.refused(ada, "C").holder == "ada/worker-1"
    assert workspace.claimed(two, "E").task.id == "E"


def test_a_parent_cannot_widen_into_what_its_subagent_has(workspace: Workspace, family: tuple[int, int, int]) -> None:
    ada, one, _ = family
    workspace.claimed(one, "D")
    outcome = update.update_task(workspace.place, ada, "A", widen=["lib/x"])
    assert isinstance(outcome, NotWidened)
    assert outcome.holder == "ada/worker-1"


def test_nobody_else_gets_into_the_familys_ground(workspace: Workspace, family: tuple[int, int, int]) -> None:
    _, one, _ = family
    workspace.claimed(one, "B")
    bob = workspace.agent("bob")
    assert workspace.rule(bob, "src/b/x") == "held"
    assert workspace.refused(bob, "C").reason == "overlap"
    assert workspace.refused(workspace.subagent("bob", "y1"), "E").holder == "ada"


@pytest.mark.parametrize("way", ["ends", "finishes", "is silent"])
def test_the_parent_gets_its_part_back(workspace: Workspace, family: tuple[int, int, int], way: str) -> None:
    ada, one, two = family
    workspace.claimed(one, "B")
    if way == "ends":
        workspace.leaves("ada/x1")
    elif way == "finishes":
        update.update_task(workspace.place, one, "B", status="done")
    else:
        workspace.clock.advance(LEASE)
        workspace.subagent("ada", "x2")
    assert [workspace.rule(agent, "src/b/x") for agent in (ada, two)] == ["own", "own"]


def test_what_a_subagent_left_unfinished_is_handed_out_again(
    workspace: Workspace, family: tuple[int, int, int]
) -> None:
    ada, one, two = family
    first = workspace.claimed(one, "B").token
    workspace.leaves("ada/x1")
    claimed = workspace.claimed(two, "B")
    assert claimed.taken_from == "ada/worker-1"
    assert claimed.token > first
    assert workspace.rule(ada, "src/b/x") == "held"


def test_a_subagent_keeps_its_own_part_when_its_parent_is_done(
    workspace: Workspace, family: tuple[int, int, int]
) -> None:
    ada, one, _ = family
    workspace.claimed(one, "B")
    update.update_task(workspace.place, ada, "A", status="done")
    bob = workspace.agent("bob")
    assert [workspace.rule(bob, path) for path in ("src/a", "src/b/x")] == ["free", "held"]


def test_an_active_subagent_renews_its_parents_claim(workspace: Workspace, family: tuple[int, int, int]) -> None:
    _, one, _ = family
    for _ in range(3):
        workspace.clock.advance(LEASE - 1)
        assert workspace.rule(one, "src/a") == "own"
    assert workspace.refused(workspace.agent("bob"), "A").holder == "ada"


def test_a_named_resource_is_held_by_one_agent_also_within_a_family(
    workspace: Workspace, family: tuple[int, int, int]
) -> None:
    ada, one, _ = family
    lock.lock_resource(workspace.place, ada, "db")
    outcome = lock.lock_resource(workspace.place, one, "db")
    assert isinstance(outcome, lock.Busy)
    assert outcome.holder == "ada"


def test_a_claim_lost_by_the_parent_stops_its_subagents_too(workspace: Workspace, family: tuple[int, int, int]) -> None:
    ada, one, _ = family
    workspace.leaves("ada")
    workspace.claimed(workspace.agent("bob"), "A")
    assert workspace.rule(one, "src/a") == "taken_over"
    assert workspace.rule(ada, "src/a") == "taken_over"
