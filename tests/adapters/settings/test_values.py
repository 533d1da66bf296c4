"""Each kind of value is read, or refused with its name."""

from __future__ import annotations

from typing import Any

import pytest

from mcp_server.adapters.settings import values


@pytest.mark.parametrize(
    ("reader", "value", "read"),
    [
        (values.one_of(("a", "b")), "a", "a"),
        (values.number(1, 2), 1.5, 1.5),
        (values.whole("a number", 1, 2), 2, 2),
        (values.flag, False, False),
        (values.texts("words"), ["a", "b"], ("a", "b")),
        (values.folders, ["~/a", "/b"], ("~/a", "/b")),
        (values.paths_below, ["a/b/"], ("a/b",)),
        (values.patterns, ["./a//**"], ("a/**",)),
        (values.variables(values.port), {"PORT": 3000}, (("PORT", 3000),)),
    ],
)
def test_a_value_that_fits_is_read(reader: values.Reader, value: Any, read: Any) -> None:
    assert reader("name", value) == read


@pytest.mark.parametrize(
    ("reader", "value"),
    [
        (values.one_of(("a", "b")), "c"),
        (values.number(1, 2), True),
        (values.number(1, 2), float("nan")),
        (values.whole("a number", 1, 2), 1.5),
        (values.flag, 0),
        (values.texts("words"), ["a\nb"]),
        (values.folders, ["/a\n"]),
        (values.folders, ["a"]),
        (values.paths_below, ["a/../b"]),
        (values.patterns, "a"),
        (values.variables(values.port), {"PATH": 3000}),
        (values.variables(values.port), {"PORT": "3000"}),
        (values.command, " "),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_name(reader: values.Reader, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^name\b.* must .*, not "):
        reader("name", value)
