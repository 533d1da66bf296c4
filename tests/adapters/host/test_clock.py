"""The machine's own time: it does not go faster than the machine."""

from __future__ import annotations

from time import monotonic

import pytest

from mcp_server.adapters.host import clock
from mcp_server.adapters.host.clock import system_clock
from mcp_server.adapters.host.processes import machine


def test_it_counts_the_seconds_of_this_boot() -> None:
    before = monotonic()
    named, first = system_clock.tick()
    assert named == machine()
    assert first <= system_clock.tick()[1] <= monotonic() + 1
    assert first > before - 3_600 or clock._uptime() < before


def test_a_clock_that_was_set_forward_for_one_process_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    if clock._uptime() == float("inf"):
        pytest.skip("this system does not say for how long it has been up")
    before = system_clock.tick()[1]
    monkeypatch.setattr(clock, "monotonic", lambda: monotonic() + 3 * 3_600)
    assert system_clock.tick()[1] < before + 3_600


def test_where_the_machine_does_not_say_how_long_it_has_been_up_the_clock_is_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "_uptime", lambda: float("inf"))
    assert monotonic() - 60 < system_clock.tick()[1] <= monotonic()
