"""The charts of the page: bars in a drawing of fixed size. The numbers of each are also there as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from mcp_server.board.rows import tokens
from mcp_server.domain.usage.sums import Usage

WIDTH, HEIGHT, BELOW = 420, 150, 18
ROW, NAME = 24, 130


class Bar(NamedTuple):
    """One bar: where it is, what it is of, and how long it is in words."""

    x: float
    y: float
    width: float
    height: float
    name: str
    words: str


class Chart(NamedTuple):
    """Bars in a drawing of this size."""

    width: int
    height: int
    bars: tuple[Bar, ...]


def upright(sums: Sequence[tuple[str, Usage]]) -> Chart:
    """A bar for each, side by side."""
    most = max((usage.total for _, usage in sums), default=0) or 1
    step = WIDTH / max(1, len(sums))
    bars = []
    for number, (name, usage) in enumerate(sums):
        height = usage.total / most * (HEIGHT - BELOW - 10)
        bars.append(_bar(number * step + 2, HEIGHT - BELOW - height, step - 4, height, name, usage))
    return Chart(WIDTH, HEIGHT, tuple(bars))


def lying(sums: Sequence[tuple[str, Usage]]) -> Chart:
    """A bar for each, one below the other."""
    most = max((usage.total for _, usage in sums), default=0) or 1
    room = WIDTH - NAME - 90
    bars = [
        _bar(NAME, number * ROW + 5, usage.total / most * room, ROW - 8, name, usage)
        for number, (name, usage) in enumerate(sums)
    ]
    return Chart(WIDTH, ROW * len(sums) + 6, tuple(bars))


def _bar(x: float, y: float, width: float, height: float, name: str, usage: Usage) -> Bar:  # noqa: PLR0913  one value per measure
    return Bar(round(x, 1), round(y, 1), round(width, 1), round(height, 1), name, tokens(usage.total))
