"""How measurements are taken: alternately, many times, and compared by their medians."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple


class Ratio(NamedTuple):
    """One line of the budgets: what was measured, against what, and how it compares."""

    what: str
    measured: float
    base: float
    unit: str
    budget: float
    at_least: bool = False

    @property
    def value(self) -> float:
        """How many times the base it is."""
        return self.measured / self.base

    @property
    def holds(self) -> bool:
        """Whether the budget is kept."""
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def line(self) -> str:
        """The line of a Markdown table."""
        sign = "≥" if self.at_least else "≤"
        numbers = f"{self.measured:.3g} {self.unit} / {self.base:.3g} {self.unit}"
        return (
            f"| {self.what} | {numbers} | {self.value:.2f} | {sign} {self.budget:g} | {'yes' if self.holds else 'NO'} |"
        )


def alternately(first: Callable[[], object], second: Callable[[], object], times: int) -> tuple[float, float]:
    """The median seconds of two functions, called in turns so that both run under the same load."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for act, taken in zip((first, second), seconds, strict=True):
            began = time.perf_counter()
            act()
            taken.append(time.perf_counter() - began)
    return median(seconds[0]), median(seconds[1])


def process(
    command: Sequence[str], *, stdin: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Callable[[], object]:
    """A function that runs a whole process, from start to end."""

    def run() -> None:
        subprocess.run(command, input=stdin, env=env, cwd=cwd, check=True, stdout=subprocess.DEVNULL)

    return run


def report(ratios: Sequence[Ratio]) -> None:
    """Print the table."""
    print("| What | measured / base | ratio | budget | holds |")
    print("| --- | --- | --- | --- | --- |")
    for ratio in ratios:
        print(ratio.line(), flush=True)
