"""Whether a task takes far more tokens than tasks of its kind did. The numbers come from whoever counts them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

TIMES = 3
FEWEST = 3
"""Without so many tasks of the same tier that were done, there is nothing to compare with."""


def is_far_above(tokens: int, done: Sequence[int]) -> bool:
    """Whether a task used more than three times the median of what `done` tasks of its tier used."""
    return len(done) >= FEWEST and tokens > TIMES * median(done)


def words(tokens: int, done: Sequence[int]) -> tuple[str, str]:
    """What is said of such a task, and the one other thing to do: as `signs.tell` takes them."""
    return (
        f"this task has taken {tokens:,} tokens, more than {TIMES} times the {median(done):,.0f} of others of its tier",
        "Do not go on as before: write into a note what is done and what is left, and split what is left, or ask the "
        "user whether it is worth it.",
    )
