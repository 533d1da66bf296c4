"""Watches the budgets that were spent from: notifies those concerned, once, when one is nearly or all used up."""

from __future__ import annotations

from mcp_server.domain.usage.budget import REACHED, WARNED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.usage.budget import Budget, Limits
    from mcp_server.ports import HookBooks

EVENTS = {WARNED: "budget_warned", REACHED: "budget_reached"}
"""What it is called in the log that a budget has come this far."""


def watch(books: HookBooks, limits: Limits, agent: int, task: str) -> None:
    """Look at the budgets of this agent, its task and this day."""
    subjects = [("agent", str(agent)), ("day", books.budgets.today())]
    if task:
        subjects.append(("task", task))
    for kind, subject in subjects:
        look(books, limits, books.budgets.of(kind, subject), agent)


def look(books: HookBooks, limits: Limits, budget: Budget, agent: int) -> None:
    """Record how far a budget is; if it has come further, that is logged and those concerned are notified."""
    level = budget.level_at(limits)
    if level or budget.level:
        books.budgets.keep(budget, level)
    if level <= budget.level:
        return
    words = budget.words(limits)
    books.budgets.crossed(budget, EVENTS[level], agent, words)
    subject, body = _reached(words, budget) if level == REACHED else _warned(words)
    for reader in books.budgets.concerned(budget, agent):
        books.inbox.post(None, reader, subject, body)


def _warned(words: str) -> tuple[str, str]:
    return (
        f"{words} is nearly used up",
        "Finish what you can, and leave a note of what is left with update_task(note=…). When it is used up, you can "
        "only read, commit, and use Interlock's own tools.",
    )


def _reached(words: str, budget: Budget) -> tuple[str, str]:
    return (
        f"{words} is used up",
        "Leave a note of what is done and what is left with update_task(note=…), commit your work with git add and git "
        f"commit, and stop. Only a person raises it: {budget.how_to_raise()}.",
    )
