"""Times in the person's own zone, and relative ones."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from mcp_server.showing.times import ago, local

NOW = datetime(2026, 3, 2, 14, 30, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-03-02T12:05:00Z", "14:05"),
        ("2026-03-01T21:59:00Z", "1 Mar 23:59"),
        ("2026-03-01T22:01:00Z", "00:01"),
        ("2025-12-31T21:00:00Z", "31 Dec 2025 23:00"),
    ],
)
def test_a_time_is_in_the_persons_zone(at: str, said: str) -> None:
    assert local(at, NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "just now"), (59, "just now"), (720, "12 min ago"), (3 * 3600, "3 h ago"), (90_000, "1 day ago")],
)
def test_how_long_ago_it_was(seconds: int, said: str) -> None:
    at = (NOW - timedelta(seconds=seconds)).isoformat()
    assert ago(at, NOW) == said
