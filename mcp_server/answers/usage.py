"""The answers of `usage` and `budget`."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.answers.answer import Answer, Part
from mcp_server.core.usage.budgets import Budgets
from mcp_server.core.usage.show import Spent, in_doubt
from mcp_server.domain.text import count
from mcp_server.domain.usage import sums
from mcp_server.domain.usage.budget import Budget, Limits


class UsagePart(Part):
    """What one agent, task, model or day spent, in tokens; `about` is money, by the prices in the settings."""

    name: str
    responses: int
    input: int
    output: int
    cache_written: int
    cache_read: int
    total: int
    about: float | None = None

    @classmethod
    def seen(cls, name: str, parts: Sequence[sums.Part], prices: sums.Prices) -> UsagePart:
        usage = sums.whole(parts)
        about = sums.cost(parts, prices)
        values = {**usage._asdict(), "name": name, "total": usage.total}
        return cls.model_validate({**values, "about": None if about is None else round(about, 4)})


class UsageAnswer(Answer):
    """Answer of `usage`. `total` is what counts against a budget: all but what was read from the cache.

    `inexact` says whose numbers may not be exact, and why.
    """

    MORE = "a later --since, or another --by, shows less"

    by: str
    since: str | None = None
    usage: list[UsagePart]
    whole: UsagePart
    inexact: list[str] = []

    @classmethod
    def of(cls, spent: Spent) -> UsageAnswer:
        every = [part for parts in spent.groups.values() for part in parts]
        return cls(
            by=spent.by,
            since=spent.since,
            usage=[UsagePart.seen(name, parts, spent.prices) for name, parts in spent.groups.items()],
            whole=UsagePart.seen("all", every, spent.prices),
            inexact=[in_doubt(doubt) for doubt in spent.doubts],
        )

    def line(self) -> str:
        doubts = f" Not exact: {'; '.join(self.inexact)}." if self.inexact else ""
        return f"{self.whole.total:,} tokens in {count(self.whole.responses, 'response')}.{doubts}"


class BudgetPart(Part):
    """What a task, an agent or a day may spend, and has spent, in tokens."""

    kind: str
    name: str
    limit: int
    spent: int
    level: str

    @classmethod
    def seen(cls, budget: Budget, limits: Limits) -> BudgetPart:
        level = ("free", "warned", "reached")[budget.level_at(limits)]
        limit = budget.limit(limits)
        return cls(kind=budget.kind, name=budget.name, limit=limit, spent=budget.spent, level=level)


class BudgetsAnswer(Answer):
    """Answer of `budget`: what the settings allow (0: any number), and each budget that is spent on."""

    task_tokens: int
    agent_tokens: int
    day_tokens: int
    warn: float
    budgets: list[BudgetPart]

    @classmethod
    def of(cls, shown: Budgets) -> BudgetsAnswer:
        limits = Limits(*shown.settings)
        parts = [BudgetPart.seen(budget, limits) for budget in shown.budgets]
        return cls(**shown.settings._asdict(), budgets=parts)

    def line(self) -> str:
        return count(len(self.budgets), "budget")


class RaisedAnswer(Answer):
    """Answer of `budget raise`."""

    budget: BudgetPart

    @classmethod
    def of(cls, raised: Budget, limits: Limits) -> RaisedAnswer:
        return cls(budget=BudgetPart.seen(raised, limits))

    def line(self) -> str:
        name = "Today" if self.budget.kind == "day" else self.budget.name
        return f"{name} may spend {self.budget.limit:,} tokens; {self.budget.spent:,} are spent."
