"""What was spent lately, for a board: by day, by task and by model, the most first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from mcp_server.core.usage.show import NO_TASK, in_doubt
from mcp_server.core.workplace import Workplace
from mcp_server.domain.usage.sums import NOTHING, By, Part, Usage, cost, grouped, whole

DAYS = 14
MOST = 10
"""Of the tasks, and of the models."""


class Spending(NamedTuple):
    """What was spent in the last days; every day is there. `about` is money, None where a model has no price.

    `inexact` says whose numbers may not be exact, and why.
    """

    days: tuple[tuple[str, Usage], ...] = ()
    tasks: tuple[tuple[str, Usage], ...] = ()
    models: tuple[tuple[str, Usage], ...] = ()
    whole: Usage = NOTHING
    about: float | None = None
    inexact: tuple[str, ...] = ()


def take_spending(place: Workplace) -> Spending:
    """What was spent in the last days, this one included, UTC."""
    prices = dict(place.settings().prices)
    with place.store.reading() as books:
        today = date.fromisoformat(books.budgets.today())
        first = today - timedelta(days=DAYS - 1)
        parts = books.usage.parts(str(first))
        doubts = books.usage.doubts(books.now - DAYS * 24 * 3600.0)
    days = {name: whole(found) for name, found in grouped(parts, "day").items()}
    every = [str(first + timedelta(days=number)) for number in range(DAYS)]
    return Spending(
        tuple((day, days.get(day, NOTHING)) for day in every),
        _most([part._replace(task=part.task or NO_TASK) for part in parts], "task"),
        _most(parts, "model"),
        whole(parts),
        cost(parts, prices),
        tuple(in_doubt(doubt) for doubt in doubts),
    )


def _most(parts: Sequence[Part], by: By) -> tuple[tuple[str, Usage], ...]:
    sums = [(name, whole(found)) for name, found in grouped(parts, by).items()]
    return tuple(sorted(sums, key=lambda each: -each[1].total)[:MOST])
