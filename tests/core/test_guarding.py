"""What a write that was tried leaves behind."""

from __future__ import annotations

import pytest

from mcp_server.core import guarding
from mcp_server.domain.decision import Policy
from mcp_server.domain.scope import parse
from tests.worlds import World, task


def test_refusals_are_in_the_log_with_their_rule(world: World) -> None:
    world.plan(task("A", "src"))
    world.claimed(world.agent("ada"), "A")
    bob = world.agent("bob")
    world.rule(bob, "src/a")
    world.rule(bob, "docs")
    assert [(event.agent, event.subject, event.detail) for event in world.events("refused")] == [
        ("bob", "src/a", "held")
    ]


def test_a_write_renews_also_when_it_is_refused(world: World) -> None:
    world.plan(task("A", "src"))
    ada = world.agent("ada")
    world.claimed(ada, "A")
    world.clock.advance(60)
    world.rule(ada, "elsewhere")
    assert world.leases(ada)[0].seen_at == world.clock.now


@pytest.mark.parametrize(("unclaimed", "rule"), [("allow", "free"), ("deny", "unclaimed")])
def test_a_stranger_is_judged_and_leaves_only_its_refusals(world: World, unclaimed: str, rule: str) -> None:
    world.policy = Policy("enforce", unclaimed, parse([]))
    with world.store.writing() as books:
        standing = books.guard.standing("who", None)
        decisions = guarding.judge(books.guard, standing, ["a", "b"])
        guarding.record(books.guard, standing, decisions)
    assert [decision.rule for decision in decisions] == [rule, rule]
    assert [event.agent for event in world.events("refused")] == [None, None] * (rule == "unclaimed")
