"""In which order tasks come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.domain.dependencies import Order, cycle

NAMES = "abcdef"
graphs = st.fixed_dictionaries({name: st.lists(st.sampled_from(NAMES), max_size=3) for name in NAMES})


def reachable(needs: dict[str, list[str]], start: str) -> set[str]:
    """All that lies before `start`, found out by following every dependency again and again."""
    found: set[str] = set(needs[start])
    while True:
        more = found | {before for name in found for before in needs[name]}
        if more == found:
            return found
        found = more


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        ({}, None),
        ({"a": []}, None),
        ({"a": ["b"], "b": ["c"], "d": ["b"]}, None),
        ({"a": ["elsewhere"]}, None),
        ({"a": ["a"]}, ["a", "a"]),
    ],
)
def test_a_circle_is_found_or_there_is_none(needs: dict[str, list[str]], expected: list[str] | None) -> None:
    assert cycle(needs) == expected


@given(graphs)
def test_a_circle_is_named_as_it_goes_round_and_never_missed(needs: dict[str, list[str]]) -> None:
    circle = cycle(needs)
    assert (circle is not None) == any(name in reachable(needs, name) for name in NAMES)
    if circle is not None:
        assert circle[0] == circle[-1]
        assert len(set(circle)) == len(circle) - 1
        assert all(after in needs[before] for before, after in zip(circle, circle[1:], strict=False))


@given(graphs, st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_a_dependency_settles_the_order_directly_or_through_others(
    needs: dict[str, list[str]], one: str, other: str
) -> None:
    settled = one in reachable(needs, other) or other in reachable(needs, one)
    assert Order(needs.__getitem__).settles(one, other) == settled


def test_what_was_worked_out_is_remembered() -> None:
    asked: list[str] = []
    needs = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": []}

    def ask(name: str) -> list[str]:
        asked.append(name)
        return needs[name]

    order = Order(ask)
    assert order.settles("d", "a")
    assert not order.settles("b", "c")
    asked.clear()
    assert order.settles("d", "a")
    assert not order.settles("b", "c")
    assert asked == []


def test_a_long_chain_is_no_problem() -> None:
    needs = {str(number): [str(number + 1)] for number in range(10_000)} | {"10000": []}
    assert cycle(needs) is None
    assert Order(needs.__getitem__).settles("0", "10000")
