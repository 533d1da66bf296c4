"""Whether far more tokens are spent on a task than on others of its tier. On the path of a hook, now and then."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

TIMES = 3
FEWEST = 3
"""With fewer done tasks of the same tier than this there is nothing to compare with."""


def how_far(tokens: int, done: Sequence[int]) -> int:
    """How many times over `tokens` exceed three times the median of `done`, those of such tasks; 0: no sign."""
    if len(done) < FEWEST:
        return 0
    return max(0, tokens - 1) // max(1, TIMES * median(done))


def words(tokens: int, done: Sequence[int]) -> tuple[str, str]:
    """What is said of such a task, and the one other thing to do: as `signs.tell` takes them."""
    return (
        f"{tokens:,} tokens were spent on this task, more than {TIMES} times the {median(done):,} of others of its "
        "tier",
        "Do not go on as before: write into a note what is done and what is left, and split what is left, or ask the "
        "user whether it is worth it.",
    )


def median(numbers: Sequence[int]) -> int:
    """The one in the middle, the lower of two. The `statistics` module takes longer to load than all of this."""
    return sorted(numbers)[(len(numbers) - 1) // 2]
