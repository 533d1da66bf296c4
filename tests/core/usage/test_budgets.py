"""Budgets: who is told when, what is refused once one is used up, and how a person raises one."""

from __future__ import annotations

import itertools

import pytest

from mcp_server.core.agents.register import Caller
from mcp_server.core.tasks.plan import plan_tasks
from mcp_server.core.tasks.update import update_task
from mcp_server.core.usage.account import account
from mcp_server.core.usage.budgets import raise_budget, read_budgets, tokens_of
from mcp_server.domain.errors import Misuse
from mcp_server.domain.settings import BudgetSettings
from mcp_server.domain.usage.budget import Limits
from mcp_server.domain.usage.response import Passage, Place, Response
from tests.workspace import Workspace, task

NUMBERS = itertools.count(1)


def allow(workspace: Workspace, **limits: int) -> None:
    """The settings say so, to the core and to hooks."""
    said = BudgetSettings()._replace(**limits)
    workspace.settings = workspace.settings._replace(budget=said)
    workspace.policy.budget = (said.task_tokens, said.agent_tokens, said.day_tokens, said.warn)


def spends(workspace: Workspace, agent: int, tokens: int, *, parent: int | None = None) -> None:
    """One response of the agent is counted."""
    passage = Passage(Place(1, 1, 1))
    passage.responses = [Response(f"m{next(NUMBERS)}", "opus", "", (tokens, 0, 0, 5_000))]
    with workspace.store.writing() as books:
        account(books, f"/t/{agent}.jsonl", f"/t/{agent}.jsonl", agent=agent, parent=parent, passage=passage)


def told(workspace: Workspace, agent: int) -> list[str]:
    return [message.subject for message in workspace.inbox(agent)]


def test_without_a_budget_nobody_is_told_and_nothing_is_refused(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    spends(workspace, ada, 10**9)

    assert workspace.claimed(ada, "A").budget is None
    assert workspace.rule(ada, "src/a.py") == "own"
    assert told(workspace, ada) == []
    assert read_budgets(workspace.place).budgets == ()


def test_an_agent_is_warned_once_and_told_once_when_it_is_used_up_and_both_are_in_the_log(workspace: Workspace) -> None:
    allow(workspace, agent_tokens=100)
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    for tokens in (79, 1, 5, 14):
        spends(workspace, ada, tokens)
    assert told(workspace, ada) == ["the budget of ada (80 of 100 tokens) is nearly used up"]
    spends(workspace, ada, 1)
    spends(workspace, ada, 50)

    assert told(workspace, ada)[1:] == ["the budget of ada (100 of 100 tokens) is used up"]
    assert told(workspace, bob) == []
    kinds = [
        (event.kind, event.agent) for kind in ("budget_warned", "budget_reached") for event in workspace.events(kind)
    ]
    assert kinds == [("budget_warned", "ada"), ("budget_reached", "ada")]


def test_a_task_counts_all_who_work_on_it_and_its_own_budget_comes_before_the_settings(workspace: Workspace) -> None:
    allow(workspace, task_tokens=1_000_000)
    workspace.plan(task("A", "src")._replace(budget=100), task("B", "docs"))
    ada = workspace.agent("ada")
    helper = workspace.subagent("ada", "x1")
    claimed = workspace.claimed(ada, "A")
    assert claimed.budget is not None
    assert (claimed.budget.limit, claimed.budget.spent) == (100, 0)

    spends(workspace, ada, 60)
    spends(workspace, helper, 60, parent=ada)

    assert told(workspace, helper) == ["the budget of A (120 of 100 tokens) is used up"]
    assert told(workspace, ada) == ["the budget of A (120 of 100 tokens) is used up"]
    for agent in (ada, helper):
        refused = workspace.writes(agent, "src/a.py")
        assert (refused.allowed, refused.rule) == (False, "budget")
        assert (
            "src/a.py was not written: the budget of A (120 of 100 tokens) is used up. Leave a note" in refused.reason
        )
        assert "interlock budget raise A TOKENS" in refused.reason
        assert len(refused.reason) <= 600


def test_a_used_up_task_is_refused_to_the_next_one_and_passed_over_but_its_holder_still_holds_it(
    workspace: Workspace,
) -> None:
    workspace.plan(task("A", "src", priority=1)._replace(budget=100), task("B", "docs"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    workspace.claimed(ada, "A")
    spends(workspace, ada, 100)
    assert workspace.claimed(ada, "A").task.id == "A"
    update_task(workspace.place, ada, "A", status="released", note="half")

    refused = workspace.refused(bob, "A")
    assert refused.reason == "budget"
    assert refused.advice.startswith("The budget of A (100 of 100 tokens) is used up; only a person raises it: ")
    assert workspace.claimed(bob).task.id == "B"
    assert workspace.refused(workspace.agent("eve")).reason == "budget"


@pytest.mark.parametrize("kind", ["agent_tokens", "day_tokens"])
def test_a_used_up_agent_or_day_claims_nothing_more_and_writes_nothing(workspace: Workspace, kind: str) -> None:
    allow(workspace, **{kind: 100})
    workspace.plan(task("A", "src"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    spends(workspace, ada, 100)

    assert (workspace.refused(ada).reason, workspace.refused(ada, "A").reason) == ("budget", "budget")
    assert workspace.rule(ada, "README.md") == "budget"
    if kind == "agent_tokens":
        assert workspace.claimed(bob).task.id == "A"
        assert workspace.rule(bob, "src/a.py") == "own"
    else:
        assert "today's budget (100 of 100 tokens) is used up" in " ".join(told(workspace, bob))
        assert workspace.refused(bob).advice.startswith("Today's budget")
        assert workspace.rule(bob, "README.md") == "budget"
        workspace.clock.advance(24 * 3600)
        assert workspace.claimed(bob).task.id == "A"
        assert workspace.rule(bob, "src/a.py") == "own"


def test_higher_settings_count_at_once(workspace: Workspace) -> None:
    allow(workspace, agent_tokens=100)
    ada = workspace.agent("ada")
    spends(workspace, ada, 100)
    assert workspace.rule(ada, "src/a.py") == "budget"
    allow(workspace, agent_tokens=200)

    assert workspace.rule(ada, "src/a.py") == "free"
    spends(workspace, ada, 1)
    spends(workspace, ada, 59)
    assert told(workspace, ada)[-1] == "the budget of ada (160 of 200 tokens) is nearly used up"


def test_a_person_raises_a_budget_and_whoever_works_under_it_goes_on(workspace: Workspace) -> None:
    workspace.plan(task("A", "src")._replace(budget=100))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    spends(workspace, ada, 100)
    pat = workspace.recognise(_person("pat"))

    raised = raise_budget(workspace.place, pat, "task", "A", 300)

    assert (raised.limit(_no_limits()), raised.spent) == (300, 100)
    assert workspace.rule(ada, "src/a.py") == "own"
    assert told(workspace, ada)[-1] == "pat raised the budget of A (100 of 300 tokens)"
    [event] = workspace.events("budget_raised")
    assert (event.agent, event.subject, event.detail) == ("pat", "A", "to 300 tokens")
    spends(workspace, ada, 150)
    assert told(workspace, ada)[-1] == "the budget of A (250 of 300 tokens) is nearly used up"


def test_an_agents_and_a_days_budget_can_be_raised_and_are_shown(workspace: Workspace) -> None:
    allow(workspace, agent_tokens=100, day_tokens=100)
    ada = workspace.agent("ada")
    spends(workspace, ada, 100)
    pat = workspace.recognise(_person("pat"))
    raise_budget(workspace.place, pat, "agent", "ada", 1_000)
    assert workspace.rule(ada, "src/a.py") == "budget"
    raise_budget(workspace.place, pat, "day", "", 500)

    assert workspace.rule(ada, "src/a.py") == "free"
    shown = read_budgets(workspace.place)
    assert [(one.kind, one.name, one.spent, one.most) for one in shown.budgets] == [
        ("day", "2027-01-15", 100, 500),
        ("agent", "ada", 100, 1_000),
    ]


@pytest.mark.parametrize(
    ("kind", "name", "tokens", "words"),
    [
        ("task", "B", 500, "there is no task 'B'"),
        ("agent", "bob", 500, "there is no agent 'bob'"),
        ("task", "A", 100, "is not raised by that: give more than 100"),
        ("agent", "ada", 40, "100 tokens are spent already"),
        ("task", "A", 0, "out of range"),
        ("task", "A", 10**13, "out of range"),
    ],
)
def test_what_raises_no_budget_is_refused_and_changes_nothing(
    workspace: Workspace, kind: str, name: str, tokens: int, words: str
) -> None:
    workspace.plan(task("A", "src")._replace(budget=100))
    ada = workspace.agent("ada")
    spends(workspace, ada, 100)
    pat = workspace.recognise(_person("pat"))
    before = workspace.dump()

    with pytest.raises(Misuse, match=words):
        raise_budget(workspace.place, pat, kind, name, tokens)

    assert workspace.dump() == before


def test_a_plan_with_a_budget_of_nonsense_is_refused_whole_and_a_dry_run_keeps_none(workspace: Workspace) -> None:
    ada = workspace.agent("ada")
    with pytest.raises(Misuse, match=r"budget -5 is out of range.*nothing was planned"):
        workspace.plan(task("A", "src"), task("B", "docs")._replace(budget=-5))
    plan_tasks(workspace.place, ada, [task("A", "src")._replace(budget=5)], dry_run=True)

    with workspace.store.reading() as books:
        assert not books.usage.is_limited()


def test_a_person_claims_whatever_was_spent(workspace: Workspace) -> None:
    allow(workspace, day_tokens=10)
    workspace.plan(task("A", "src"))
    spends(workspace, workspace.agent("ada"), 100)
    assert workspace.claimed(workspace.recognise(_person("pat")), "A")


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("500000", 500_000), ("500_000", 500_000), ("1,000,000", 10**6), ("2M", 2 * 10**6), ("1.5k", 1_500)],
)
def test_a_number_of_tokens_can_be_written_as_people_do(text: str, tokens: int) -> None:
    assert tokens_of(text) == tokens


@pytest.mark.parametrize("text", ["", "lots", "-5", "2 M x", "1e6", "M"])
def test_what_is_not_a_number_of_tokens_is_named(text: str) -> None:
    with pytest.raises(Misuse, match="not a number of tokens"):
        tokens_of(text)


def _person(name: str) -> Caller:
    return Caller(session=f"person:{name}", title=name, kind="person")


def _no_limits() -> Limits:
    return Limits()
