"""Records are what `typing` makes of the same class."""

from __future__ import annotations

import pickle
from typing import NamedTuple as Usual

import pytest

from mcp_server.record import NamedTuple


class Point(NamedTuple):
    """A place."""

    x: int
    y: int = 2
    name: str | None = None

    @property
    def total(self) -> int:
        """Of both numbers."""
        return self.x + self.y


class UsualPoint(Usual):
    """A place."""

    x: int
    y: int = 2
    name: str | None = None


def test_a_record_is_a_tuple_with_names() -> None:
    point = Point(1, name="here")

    assert (point, point.x, point.total, point[2]) == ((1, 2, "here"), 1, 3, "here")
    assert (repr(point), hash(point)) == ("Point(x=1, y=2, name='here')", hash((1, 2, "here")))
    assert point._replace(y=5) == (1, 5, "here")
    assert point._asdict() == {"x": 1, "y": 2, "name": "here"}
    assert Point._make([7, 8, None]) == Point(7, 8)
    assert pickle.loads(pickle.dumps(point)) == point  # noqa: S301  made here
    match point:
        case Point(x, y):
            assert (x, y) == (1, 2)


@pytest.mark.parametrize("what", ["_fields", "_field_defaults", "__match_args__", "__doc__", "__slots__"])
def test_it_says_of_itself_what_the_usual_one_says(what: str) -> None:
    assert getattr(Point, what) == getattr(UsualPoint, what)


def test_missing_and_unknown_fields_are_refused() -> None:
    with pytest.raises(TypeError):
        Point()  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Point(1)._replace(z=1)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        Point(1).z = 1  # type: ignore[attr-defined]
