"""The table of the costs is made of what was measured."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks import costs_page
from benchmarks.measuring import Ratio

ROOT = Path(__file__).parents[1]
TEXT = """Before

| What | measured / base | ratio | budget | holds |
| --- | --- | --- | --- | --- |
| one | 1 ms / 2 ms | 0.50 | ≤ 1 | yes |
| two | 1 ms / 2 ms | 0.50 | ≤ 1 | yes |

After
"""


def test_a_line_that_was_measured_anew_takes_the_place_of_the_old_one() -> None:
    found = costs_page.with_lines(TEXT, [Ratio("two", 3, 2, "ms", 1)], all_of_them=False)

    assert "| two | 3 ms / 2 ms | 1.50 | ≤ 1 | NO |\n| one | 1 ms / 2 ms | 0.50 | ≤ 1 | yes |\n\nAfter" in found
    assert found.startswith("Before\n\n| What |")


def test_all_lines_together_leave_no_other() -> None:
    found = costs_page.with_lines(TEXT, [Ratio("three", 3, 2, "ms", 1)], all_of_them=True)

    assert "one" not in found
    assert "three" in found


def test_every_line_of_the_page_says_rightly_whether_it_holds() -> None:
    lines = re.findall(
        r"^\| (.+?) \| .+? \| ([\d.]+) \| ([≤≥]) ([\d.]+) \| (yes|NO) \|$", costs_page.PAGE.read_text(), re.M
    )

    assert len(lines) > 30
    for what, value, sign, budget, holds in lines:
        kept = float(value) <= float(budget) if sign == "≤" else float(value) >= float(budget)
        assert kept is (holds == "yes"), what
