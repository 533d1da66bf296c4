"""Whatever machines do in whatever order, killed or not: in the end all have the same, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.adapters.postgres.mirrors.fleet import Fleet

STEPS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 17), st.integers(0, 1_000)), max_size=40)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(steps=STEPS)
def test_machines_that_do_anything_in_any_order_agree_in_the_end(
    tmp_path_factory: pytest.TempPathFactory, database: str, steps: list[tuple[int, int, int]]
) -> None:
    fleet = Fleet(tmp_path_factory.mktemp("fleet"), database, 3)
    try:
        for machine, step, number in steps:
            fleet.steps[step](fleet.members[machine], number)
        fleet.assert_all_agree()
    finally:
        fleet.close()
