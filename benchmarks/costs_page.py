"""The table in docs/costs.md: `script/benchmarks --write` makes it of what was measured, all of it or some lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import Ratio

PAGE = Path(__file__).parents[1] / "docs" / "costs.md"
_BEGINS = "| What | measured / base |"


def with_lines(text: str, ratios: Sequence[Ratio], *, all_of_them: bool) -> str:
    """The page with these lines; others stay after them, unless these are all that there are."""
    before, rows, after = _parted(text)
    new = [ratio.line() for ratio in ratios]
    known = {_label(line) for line in new}
    kept = [] if all_of_them else [row for row in rows if _label(row) not in known]
    return "\n".join([*before, *new, *kept, *after])


def write(ratios: Sequence[Ratio], *, all_of_them: bool) -> None:
    """Put these lines into the page."""
    PAGE.write_text(with_lines(PAGE.read_text(), ratios, all_of_them=all_of_them))


def _parted(text: str) -> tuple[list[str], list[str], list[str]]:
    lines = text.split("\n")
    first = next(number for number, line in enumerate(lines) if line.startswith(_BEGINS)) + 2
    last = next(number for number, line in enumerate(lines) if number >= first and not line.startswith("|"))
    return lines[:first], lines[first:last], lines[last:]


def _label(line: str) -> str:
    return line.split("|")[1].strip()
