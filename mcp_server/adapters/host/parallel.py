"""Does the same to several things at a time, where programs that are waited for take the time."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(act: Callable[[Item], Result], items: list[Item]) -> list[Result]:
    """The result of `act` for each item, in order."""
    if len(items) < 2:
        return [act(item) for item in items]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(min(8, len(items), 2 * (os.cpu_count() or 1))) as workers:
        return list(workers.map(act, items))
