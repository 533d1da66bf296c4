"""What is shown of what was spent, since when, and how sure it is."""

from __future__ import annotations

import pytest

from mcp_server.core.usage.account import account, settle
from mcp_server.core.usage.show import day_of, in_doubt, read_usage
from mcp_server.domain.errors import Misuse
from mcp_server.domain.usage.response import Passage, Place, Response
from mcp_server.domain.usage.sums import By, Doubt, Price, Usage, cost, whole
from tests.workspace import Workspace, task

TODAY = "2027-01-15"


@pytest.fixture
def spent(workspace: Workspace) -> Workspace:
    """Ada spent 100 tokens on A, her helper 50, and Bob 400 on nothing the day before."""
    workspace.plan(task("A", "src"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    helper = workspace.subagent("ada", "x1")
    workspace.claimed(ada, "A")
    for agent, parent, name, model, at, tokens in (
        (ada, None, "m1", "claude-opus-5-5", "", 100),
        (helper, ada, "m2", "claude-haiku-4-5", "", 50),
        (bob, None, "m3", "claude-opus-5-5", "2027-01-14T10:00:00Z", 400),
    ):
        passage = Passage(Place(1, 1, 1))
        passage.responses = [Response(name, model, at, (tokens, 0, 0, 1_000))]
        with workspace.store.writing() as books:
            account(books, f"/t/{agent}.jsonl", f"/t/{agent}.jsonl", agent=agent, parent=parent, passage=passage)
    return workspace


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("agent", {"bob": 400, "ada": 100, "ada/worker-1": 50}),
        ("task", {"(no task)": 400, "A": 150}),
        ("model", {"claude-opus-5-5": 500, "claude-haiku-4-5": 50}),
        ("day", {"2027-01-14": 400, TODAY: 150}),
    ],
)
def test_it_is_added_up_by_what_is_asked_for_the_largest_first_and_days_in_order(
    spent: Workspace, by: By, groups: dict[str, int]
) -> None:
    shown = read_usage(spent.place, by)

    assert [(name, whole(parts).total) for name, parts in shown.groups.items()] == list(groups.items())


def test_only_what_was_spent_since_a_day_is_shown(spent: Workspace) -> None:
    assert list(read_usage(spent.place, "agent", "today").groups) == ["ada", "ada/worker-1"]
    assert len(read_usage(spent.place, "agent", "yesterday").groups) == 3
    assert read_usage(spent.place, "agent", "2027-02-01").groups == {}


def test_what_one_task_one_agent_and_this_day_cost_can_be_asked_for(spent: Workspace) -> None:
    with spent.store.reading() as books:
        bob = books.agents.named("bob")
        assert bob is not None
        assert whole(books.usage.parts(agent=bob.id)) == Usage(1, 400, 0, 0, 1_000)
        assert [books.usage.on_task(name) for name in ("A", "B")] == [150, 0]
        assert books.budgets.of("day", books.budgets.today()).spent == 150


def test_money_is_by_the_longest_beginning_of_a_models_name_and_none_where_a_price_is_missing(spent: Workspace) -> None:
    [ada, _, bob] = [parts for _, parts in sorted(read_usage(spent.place, "agent").groups.items())]
    prices = {"claude": Price(1.0, 1.0, 1.0, 1.0), "claude-opus": Price(10.0, 50.0, 12.5, 1.0)}

    assert cost(ada, prices) == pytest.approx(100 * 10 / 1e6 + 1_000 / 1e6)
    assert cost([*ada, *bob], {"claude-opus": prices["claude-opus"]}) == pytest.approx(500 * 10 / 1e6 + 2_000 / 1e6)
    assert cost(ada, {"gpt": prices["claude"]}) is None
    assert cost([], prices) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [("today", TODAY), ("Yesterday", "2027-01-14"), ("7d", "2027-01-09"), ("1d", TODAY), ("2026-12-31", "2026-12-31")],
)
def test_a_day_can_be_said_in_several_ways(text: str, day: str) -> None:
    assert day_of(text, TODAY) == day


@pytest.mark.parametrize("text", ["", "soon", "0d", "2027-13-01", "31.12.2026", "99999d"])
def test_what_is_no_day_is_named(text: str) -> None:
    with pytest.raises(Misuse, match=r"--since .* is not a day"):
        day_of(text, TODAY)


def test_why_it_may_not_be_exact_is_said_in_words(workspace: Workspace) -> None:
    words = in_doubt(Doubt("ada", 5_000, 1, 2, 1, gone=True))

    assert words == (
        "ada: 5,000 bytes of its transcript are not read yet; its transcript was rewritten or cut: what had not been "
        "read by then is missing; 2 lines of its transcript could not be understood; what 1 summary of its "
        "conversation cost is in no transcript; its transcript is gone"
    )
    ada = workspace.agent("ada")
    with workspace.store.writing() as books:
        account(books, "/t/a.jsonl", "/t/a.jsonl", agent=ada, parent=None, passage=None)
    assert [in_doubt(doubt) for doubt in read_usage(workspace.place, "agent").doubts] == ["ada: its transcript is gone"]
    assert read_usage(workspace.place, "agent", "2026-01-01").doubts


def test_what_the_client_counted_at_the_end_counts_for_the_task_that_the_agent_holds(workspace: Workspace) -> None:
    workspace.plan(task("A", "src"))
    ada = workspace.agent("ada")
    workspace.claimed(ada, "A")
    passage = Passage(Place(1, 1, 1))
    passage.responses = [Response("m1", "opus", "", (10, 10, 0, 0))]
    passage.totals = {"opus": (15, 10, 0, 0)}
    with workspace.store.writing() as books:
        account(books, "/t/a.jsonl", "/t/a.jsonl", agent=ada, parent=None, passage=passage)
        settle(books, "/t/a.jsonl", ada, passage)

    with workspace.store.reading() as books:
        assert [(part.task, part.usage) for part in books.usage.parts()] == [("A", Usage(1, 15, 10, 0, 0))]
