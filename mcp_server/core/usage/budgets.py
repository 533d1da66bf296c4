"""What may be spent: shows all budgets, and raises one, which is a person's act."""

from __future__ import annotations

import re
from typing import NamedTuple

from mcp_server.core.agents.command_line import announce
from mcp_server.core.leases.obstacles import existing
from mcp_server.core.usage.allowance import checked_tokens
from mcp_server.core.usage.watch import look
from mcp_server.core.workplace import Workplace
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.settings import BudgetSettings
from mcp_server.domain.usage.budget import Budget, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books

_FACTORS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


class Budgets(NamedTuple):
    """What the settings allow, today's budget, and those that have a limit of their own or are nearly used up."""

    settings: BudgetSettings
    budgets: tuple[Budget, ...]


def read_budgets(place: Workplace) -> Budgets:
    """All budgets, each with what is spent of it now."""
    settings = place.settings().budget
    limits = Limits(*settings)
    with place.store.reading() as books:
        today = ("day", books.budgets.today())
        known = [(budget.kind, budget.subject) for budget in books.budgets.all()]
        shown_ = dict.fromkeys([today, *(one for one in known if one[0] != "day")])
        found = [books.budgets.of(kind, subject) for kind, subject in shown_]
    return Budgets(settings, tuple(budget for budget in found if budget.limit(limits)))


def raise_budget(place: Workplace, person_id: int, kind: str, name: str, tokens: int) -> Budget:
    """Let a task, an agent or this day spend so many tokens in all; whoever works under it gets a message.

    Refuses (Misuse) an unknown name, and a number that is no more than what it may spend, or has spent, already.
    """
    checked_tokens(tokens)
    limits = Limits(*place.settings().budget)
    with place.store.writing() as books:
        before = books.budgets.of(kind, _subject(books, kind, name))
        _check(before, limits, tokens)
        books.budgets.allow(kind, before.subject, tokens)
        raised = books.budgets.of(kind, before.subject)
        look(books, limits, raised, person_id)
        person = books.agents.get(person_id)
        books.events.add("budget_raised", raised.name, agent=person_id, detail=f"to {tokens:,} tokens")
        subject = f"{person.name} raised {raised.words(limits)}"
        concerned = [books.agents.get(agent) for agent in books.budgets.concerned(raised, person_id)]
        if kind == "agent":
            concerned = [books.agents.get(int(raised.subject))]
        announce(books, person, subject, "Go on with what you were working on.", to=concerned)
    return raised


def tokens_of(text: str) -> int:
    """How many tokens a person means: 500000, 500_000, 500,000, 500k, 2M, 1.5m."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([kmg]?)", text.strip().lower().replace("_", "").replace(",", ""))
    if found is None:
        raise Misuse(f"{shown(text)} is not a number of tokens: give one as 500000, 500k or 2M")
    return round(float(found[1]) * _FACTORS[found[2]])


def _subject(books: Books, kind: str, name: str) -> str:
    if kind == "day":
        return books.budgets.today()
    if kind == "task":
        return existing(books, name).id
    agent = books.agents.named(name)
    if agent is None:
        raise Misuse(f"there is no agent {shown(name)}; board lists the agents")
    return str(agent.id)


def _check(budget: Budget, limits: Limits, tokens: int) -> None:
    limit = budget.limit(limits)
    if limit >= tokens:
        raise Misuse(f"{budget.words(limits)} is not raised by that: give more than {limit:,}. Nothing was changed")
    if budget.spent >= tokens:
        raise Misuse(f"{budget.spent:,} tokens are spent already: give more than that. Nothing was changed")
