"""A snapshot in a person's words."""

from __future__ import annotations

import pytest

from mcp_server.board.rows import agent_row, rows_of, scope_in_short, tokens
from mcp_server.core.tasks.update import update_task
from mcp_server.domain.settings import BudgetSettings, Settings
from mcp_server.domain.task import Check
from tests.board.conftest import live_board, spend
from tests.workspace import Workspace, task


def test_a_card_says_what_a_person_asks_first(shop: Workspace) -> None:
    shop.checkout.changed = ["a/x.py"]
    shop.clock.advance(120)
    rows = {row.id: row for row in rows_of(live_board(shop).view())}
    work = rows["A"]
    assert (work.holder, work.age, work.scope, work.work) == ("ada", "2 min", "a", "1 file uncommitted")
    assert work.notes == (("ada", "2 min ago", "half of it is done"),)
    assert work.attach == ""
    assert (rows["B"].column, rows["B"].waits_for) == ("blocked", "a key")
    assert (rows["C"].column, rows["C"].waits_for) == ("waiting", "A")
    assert rows["E"].column == "done"


def test_a_task_in_review_says_whose_work_it_is_and_what_its_check_said(shop: Workspace) -> None:
    update_task(shop.place, shop.agent("ada", pid=7), "A", status="review")
    with shop.store.writing() as books:
        task = books.tasks.get("A")
        assert task is not None
        books.reviews.checked(task.seq, Check("pytest", 1, ("1 failed",), "", "abc", books.now))
    row = next(row for row in rows_of(live_board(shop).view()) if row.id == "A")
    assert (row.column, row.holder, row.check) == ("review", "ada", "pytest failed (exit code 1)")


def test_a_session_that_was_launched_says_how_to_attach_to_it(shop: Workspace) -> None:
    with shop.store.writing() as books:
        books.launches.add("A", 2, session="s", way="tmux", name="ada")
    assert next(row for row in rows_of(live_board(shop).view()) if row.id == "A").attach == "interlock attach A"
    with shop.store.writing() as books:
        books.launches.forget("A")
        books.launches.add("A", 2, session="s", way="background", name="ada")
        books.launches.placed("A", "1a2b", None)
    assert next(row for row in rows_of(live_board(shop).view()) if row.id == "A").attach == "claude attach 1a2b"


def test_an_agent_says_what_it_does_and_what_it_holds(shop: Workspace) -> None:
    bob = shop.agent("bob", pid=8)
    with shop.store.writing() as books:
        books.guard.stops([bob])
    agents = {row.name: row for row in map(agent_row, live_board(shop).view().snapshot.agents)}
    assert (agents["ada"].state, agents["ada"].holds, agents["ada"].where) == ("working", "A", "repository")
    assert agents["bob"].state == "idle"


def test_what_was_spent_is_said_in_short_beside_what_may_be(shop: Workspace) -> None:
    ada = shop.agent("ada", pid=7)
    spend(shop, ada, "A", 12_400)
    seen = live_board(shop).view()
    assert next(row for row in rows_of(seen) if row.id == "A").usage == "12k tokens"
    agent = next(row for row in map(agent_row, seen.snapshot.agents) if row.name == "ada")
    assert (agent.usage, agent.model, agent.host) == ("12k tokens", "opus", "here")
    assert seen.snapshot.today == 12_400
    assert seen.spending.tasks[0][0] == "A"
    assert [usage.total for _, usage in seen.spending.days] == [0] * 13 + [12_400]
    shop.settings = Settings(budget=BudgetSettings(task_tokens=2_000_000))
    rows = {row.id: row.usage for row in rows_of(live_board(shop).view())}
    assert (rows["A"], rows["D"]) == ("12k tokens of 2.0M", "")


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 tokens"), (999, "999 tokens"), (1_000, "1k tokens"), (999_499, "999k tokens"), (999_500, "1.0M tokens")],
)
def test_tokens_are_said_in_short(number: int, words: str) -> None:
    assert tokens(number) == words


def test_a_long_scope_is_shortened() -> None:
    assert scope_in_short([]) == "read-only"
    assert scope_in_short(["a", "b"]) == "a, b"
    assert scope_in_short(list("abcdef")) == "a, b, c, d and 2 more"


def test_an_agent_on_another_model_than_its_tasks_tier_asks_for_says_both(workspace: Workspace) -> None:
    workspace.plan(task("A", "a")._replace(tier="haiku"), task("B", "b")._replace(tier="opus"))
    ada, bob = workspace.agent("ada"), workspace.agent("bob")
    for agent, name in ((ada, "A"), (bob, "B")):
        workspace.claimed(agent, name)
        spend(workspace, agent, name, 100)
    models = {row.name: row.model for row in map(agent_row, live_board(workspace).view().snapshot.agents)}
    assert (models["ada"], models["bob"]) == ("opus, not haiku", "opus")
