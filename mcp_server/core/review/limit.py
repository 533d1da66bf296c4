"""How many tasks may wait for review: with that many waiting nobody begins a new one.

Asking for review is always possible, so it is claims that keep to the limit. Where every task has to be reviewed, each
that was begun is going to wait: it takes its place with the claim, and never more than `limit` wait. Where review is
asked for as needed, only what waits counts, and what was in progress when the places were taken may still join.
A task that was begun before, rejected or left in progress under an expired lease, is never refused for this.
"""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.settings import ReviewSettings
from mcp_server.domain.task import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.ports import Books

MOST_BEGUN = 50
NAMED = 5


class Full(NamedTuple):
    """All places are taken: the tasks that wait, the longest wait first, and the advice to whoever is refused."""

    waiting: tuple[str, ...]
    advice: str


def is_full(books: Books, settings: ReviewSettings) -> bool:
    """Whether no new task may be begun."""
    return books.reviews.taken(settings.limit, begun=settings.required) >= settings.limit


def is_new(books: Books, task: Task) -> bool:
    """Whether nobody has begun this task yet, as far as reviews are concerned."""
    if task.status != "todo":
        return False
    review = books.reviews.of(task.seq)
    return review is None or review.rejected_at is None


def fullness(books: Books, settings: ReviewSettings) -> Full:
    """What takes all places, for whoever is refused."""
    waiting = tuple(review.task for review in books.reviews.waiting(settings.limit + NAMED))
    named = ", ".join(waiting[:NAMED]) + (f" and {len(waiting) - NAMED} more" if len(waiting) > NAMED else "")
    others = ", and what is in progress will wait as well" if settings.required else ""
    wait = f"{_count(len(waiting))} for review ({named})" if waiting else "No task waits for review yet"
    return Full(
        waiting,
        f"{wait}{others}; the settings let {settings.limit} wait, so nobody begins a new one. Tell the user that "
        "interlock review shows what waits; what you did not write yourself you may review meanwhile.",
    )


def _count(number: int) -> str:
    return "1 task waits" if number == 1 else f"{number} tasks wait"
