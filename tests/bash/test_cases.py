"""Readings of real commands, compared with what the commands wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import bash_writes


@pytest.fixture(scope="module")
def promises(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, list[str]]]:
    """Each promise with the share of cases that keep it, and those that do not."""
    base: Path = tmp_path_factory.mktemp("cases").resolve() / "fx"
    found = bash_writes.outcomes(base)
    assert len(found) > 200
    return {
        what: (1 - len(misses) / len(cases), [one.case["id"] for one in misses])
        for what, cases, misses, _ in bash_writes.numbers(found)
    }


@pytest.mark.parametrize(
    ("what", "least"),
    [
        ("Allowed commands that are not refused", 1.0),
        ("Refused commands that are refused from the text", 0.98),
        ("Refused commands that are not let pass as known", 1.0),
        ("Written paths that are exactly known", 0.97),
        ("Commands that only read, known to", 0.95),
    ],
)
def test_readings_of_real_commands_match_what_they_wrote(
    promises: dict[str, tuple[float, list[str]]], what: str, least: float
) -> None:
    share, misses = promises[what]
    assert share >= least, misses
