"""Numbers, times and clipped text."""

from __future__ import annotations

from mcp_server.domain.text import clip, count, stamp


def test_numbers_are_said_as_one_says_them() -> None:
    assert [count(number, "task") for number in range(3)] == ["no tasks", "1 task", "2 tasks"]


def test_a_time_is_utc_to_the_second() -> None:
    assert stamp(86_399.9) == "1970-01-01T23:59:59Z"


def test_text_is_clipped_only_if_it_is_longer() -> None:
    assert (clip("abc", 3), clip("abcd", 3)) == ("abc", "ab…")
