"""Two machines, one of which loses its network for a while: it is granted nothing meanwhile, and nothing is lost."""

from __future__ import annotations

from tests.races.hosts import cut, failures


def test_a_machine_without_a_network_is_granted_nothing_and_its_hooks_go_on() -> None:
    counts = cut(1)
    assert failures(counts) == [], counts
