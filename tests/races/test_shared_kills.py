"""Processes on two machines, and the database that they share, are killed at random points: nothing is lost."""

from __future__ import annotations

from tests.races.shared_kills import BAD, kill


def test_killed_processes_and_a_killed_database_lose_nothing_and_double_nothing() -> None:
    counts = kill(10, 2, 5)
    assert {name: counts.get(name, 0) for name in BAD} == dict.fromkeys(BAD, 0), counts
    assert counts["acknowledged: claimed"] > 0, counts
    assert counts["acknowledged: sent"] > 0, counts
