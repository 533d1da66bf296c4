"""The order of tasks that depend on each other, and circles among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter


def cycle(needs: Mapping[str, Sequence[str]]) -> list[str] | None:
    """A circle of tasks that wait for each other, first and last the same, or None."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found[::-1]
    return None


class Order:
    """Which of two tasks comes first, computed on demand and cached."""

    def __init__(self, needs: Callable[[str], Sequence[str]]) -> None:
        self._needs = needs
        self._before: dict[str, set[str]] = {}

    def settles(self, one: str, other: str) -> bool:
        """Whether a dependency, direct or through others, keeps the two from running at the same time."""
        return one in self._all_before(other) or other in self._all_before(one)

    def _all_before(self, task: str) -> set[str]:
        if task not in self._before:
            found: set[str] = set()
            pending = list(self._needs(task))
            while pending:
                needed = pending.pop()
                if needed not in found:
                    found.add(needed)
                    pending.extend(self._needs(needed))
            self._before[task] = found
        return self._before[task]
