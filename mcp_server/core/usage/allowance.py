"""What may still be claimed: nothing once a budget is used up. Asked inside the claim's own transaction."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.errors import Misuse
from mcp_server.domain.settings import MOST_TOKENS, Settings
from mcp_server.domain.usage.budget import Budget, Limits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.agent import Agent
    from mcp_server.ports import Books


class Allowed(NamedTuple):
    """What may be spent on a task, and how much is, in tokens."""

    limit: int
    spent: int


class Allowance:
    """What an agent may still claim, inside one transaction. A person may claim no matter what was spent."""

    def __init__(self, books: Books, agent: Agent, settings: Settings) -> None:
        self._books = books
        self._limits = Limits(*settings.budget)
        self._some = self._limits.are_set or books.usage.is_limited()
        self._is_person = agent.kind == "person"
        subjects = (("day", books.budgets.today()), ("agent", str(agent.id)))
        found = (self._reached(kind, subject) for kind, subject in subjects)
        self._used_up = None if self._is_person else next((budget for budget in found if budget), None)

    @property
    def is_used_up(self) -> bool:
        """Whether the agent's own budget is, or the day's."""
        return self._used_up is not None

    @property
    def words(self) -> str:
        """Which budget is used up, and who raises it."""
        return "" if self._used_up is None else self._explained(self._used_up)

    def overspent(self, task_id: str) -> str | None:
        """Why this task may not be claimed, if its budget is used up."""
        budget = None if self._is_person else self._reached("task", task_id)
        return None if budget is None else self._explained(budget)

    def for_task(self, task_id: str) -> Allowed | None:
        """The budget of a task; None where it has none."""
        budget = self._books.budgets.of("task", task_id) if self._some else None
        limit = budget.limit(self._limits) if budget is not None else 0
        return Allowed(limit, budget.spent) if budget is not None and limit else None

    def _reached(self, kind: str, subject: str) -> Budget | None:
        budget = self._books.budgets.of(kind, subject) if self._some else None
        return budget if budget is not None and budget.is_reached(self._limits) else None

    def _explained(self, budget: Budget) -> str:
        words = budget.words(self._limits)
        return f"{words[:1].upper()}{words[1:]} is used up; only a person raises it: {budget.how_to_raise()}."


def checked_tokens(tokens: int) -> int:
    """A number of tokens as a budget; refuses (Misuse) what can't be one."""
    if not 0 < tokens <= MOST_TOKENS:
        raise Misuse(f"budget {tokens} is out of range: a number of tokens from 1 to {MOST_TOKENS:,}")
    return tokens
