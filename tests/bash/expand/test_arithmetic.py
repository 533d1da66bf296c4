"""Arithmetic as Bash does it."""

from __future__ import annotations

import pytest

from mcp_server.bash.expand import arithmetic


class Names:
    """Variables of a test."""

    def __init__(self) -> None:
        self.values: dict[str, int | None] = {"x": 5, "unknown": None}

    def number(self, name: str) -> int | None:
        return self.values.get(name, 0)

    def set_number(self, name: str, value: int | None) -> None:
        self.values[name] = value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("2 ** 3 - 1", 7),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("x > 3 ? x >> 1 : 0", 2),
        ("x == 5 && !0", 1),
        ("0x10 + 010 + 2#11", 27),
        ("y = x + 1, y * 2", 12),
        ("x++ + x", 11),
        ("--x", 4),
        ("", 0),
        ("unknown + 1", None),
        ("1 / 0", None),
        ("1 << 999", None),
        ("2 ** 2 ** 9", None),
        ("1 +", None),
        ("a b", None),
    ],
)
def test_an_expression_has_a_value_or_none(text: str, value: int | None) -> None:
    assert arithmetic.value(text, Names()) == value


def test_assignments_set_variables() -> None:
    names = Names()
    arithmetic.value("x += 2, y = x", names)
    assert (names.values["x"], names.values["y"]) == (7, 7)
