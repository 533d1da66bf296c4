"""Did it go as it should? What was expected is said in words, and what came instead is shown."""

from __future__ import annotations


class NotAsExpected(Exception):
    """Something did not go as it should; the message says what was expected and what came."""


def expect(holds: bool, expected: str, came: object) -> None:
    """Refuses (NotAsExpected) when `holds` is false."""
    if not holds:
        raise NotAsExpected(f"expected {expected}, but got: {came}")
