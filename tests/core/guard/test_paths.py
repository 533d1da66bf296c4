"""What is recorded of an attempted write."""

from __future__ import annotations

import pytest

from mcp_server.core.guard import paths
from mcp_server.domain.decision import Policy
from mcp_server.domain.scopes.scope import parse
from tests.workspace import Workspace, task


def test_refusals_are_in_the_log_with_their_rule(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    workspace.claimed(workspace.agent("ada"), "A")
    bob = workspace.agent("bob")
    workspace.rule(bob, "src/a")
    workspace.rule(bob, "docs")
    assert [(event.agent, event.subject, event.detail) for event in workspace.events("refused")] == [
        ("bob", "src/a", "held")
    ]


def test_a_write_renews_also_when_it_is_refused(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    workspace.clock.advance(60)
    workspace.rule(ada, "elsewhere")
    assert workspace.leases(ada)[0].seen_at == workspace.clock.now


@pytest.mark.parametrize(("unclaimed", "rule"), [("allow", "free"), ("deny", "unclaimed")])
def test_a_stranger_is_judged_and_leaves_only_its_refusals(workspace: Workspace, unclaimed: str, rule: str) -> None:
    workspace.policy = Policy("enforce", unclaimed, parse([]))
    with workspace.store.writing() as books:
        rights = books.guard.rights("who", None)
        decisions = paths.judge(books.guard, rights, ["a", "b"])
        paths.record(books.guard, rights, decisions)
    assert [decision.rule for decision in decisions] == [rule, rule]
    assert [event.agent for event in workspace.events("refused")] == [None, None] * (rule == "unclaimed")
