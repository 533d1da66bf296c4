"""Workers of all kinds that are killed at random points lose nothing that was acknowledged, and keep nothing."""

from __future__ import annotations

from tests.races.kills import BAD, kill


def test_killed_workers_lose_nothing_and_keep_nothing() -> None:
    counts = kill(8, 7)
    assert {name: counts.get(name, 0) for name in BAD} == dict.fromkeys(BAD, 0), counts
    assert counts["acknowledged: claimed"] > 0, counts
