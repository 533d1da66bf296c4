"""Expectations: described in words, and compared with what happened."""

from __future__ import annotations


class NotAsExpected(Exception):
    """An expectation failed; the message says what was expected and what happened."""


def expect(holds: bool, expected: str, came: object) -> None:
    """Refuses (NotAsExpected) when `holds` is false."""
    if not holds:
        raise NotAsExpected(f"expected {expected}, but got: {came}")
