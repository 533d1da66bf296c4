"""Is there a path that two scopes both cover? Decided exactly, with exclusions, and with a short example.

All pairs of alternatives are compared at once first, leaving exclusions and impossible names such as `..` aside,
which only ever finds too much; then each pair that was found is searched for an example.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp_server.domain.scopes.alphabet import Alphabet
from mcp_server.domain.scopes.automaton import Machine, Row
from mcp_server.domain.scopes.example import Search, TooIntricate, Track
from mcp_server.domain.scopes.pattern import PatternError
from mcp_server.domain.scopes.scope import Scope, ancestors, anchors_of, parse

if TYPE_CHECKING:
    from collections.abc import Sequence


class Undecided(PatternError):
    """Whether two scopes overlap can't be decided within the time limit."""

    def __init__(self, pattern: str) -> None:
        super().__init__(pattern, "and those with it are too intricate to compare: use fewer *, ? and exclusions")


def overlap(a: Scope, b: Scope) -> str | None:
    """A path that both scopes cover, or None if there is none; Undecided if that takes too long."""
    ours, theirs = _near(a, b), _near(b, a)
    if not ours or not theirs:
        return None
    exclusions = a.exclusions + b.exclusions
    try:
        found = _Comparison(ours, theirs, exclusions).example()
    except TooIntricate:
        raise Undecided(f"!{exclusions[0]}" if exclusions else ours[0]) from None
    return None if found is None else _readable(found, a, b)


def is_inside(patterns: Sequence[str], others: Sequence[str]) -> bool:
    """Whether every path that these patterns cover is covered by the others too; False if that takes too long."""
    inner, outer = parse(patterns), parse(others)
    beyond = Scope((), alternatives=inner.alternatives, exclusions=inner.exclusions + outer.alternatives)
    excluded = Scope((), alternatives=outer.exclusions, exclusions=())
    try:
        return overlap(beyond, parse(["**"])) is None and overlap(inner, excluded) is None
    except Undecided:
        return False


def _near(a: Scope, b: Scope) -> list[str]:
    others = {anchor for anchor, _ in anchors_of(b)}
    above_others = {directory for other in others for directory in ancestors(other)}
    return [
        alternative
        for anchor, alternative in anchors_of(a)
        if anchor in above_others or not others.isdisjoint(ancestors(anchor))
    ]


def _readable(path: str, a: Scope, b: Scope) -> str:
    segments = path.split("/")
    for at, segment in enumerate(segments):
        if not segment[0].isalnum():
            named = "/".join([*segments[:at], "x" + segment, *segments[at + 1 :]])
            if a.covers(named) and b.covers(named):
                segments[at] = "x" + segment
    return "/".join(segments)


class _Comparison:
    """One question: the alternatives of both sides, and what either side excludes."""

    def __init__(self, ours: list[str], theirs: list[str], exclusions: tuple[str, ...]) -> None:
        self._ours = [Row(alternative) for alternative in ours]
        self._theirs = [Row(alternative) for alternative in theirs]
        barring = [Row(alternative) for alternative in exclusions]
        rows = [*self._ours, *self._theirs, *barring]
        self._alphabet = Alphabet(move for row in rows for move in row.moves)
        self._search = Search(Machine(barring, self._alphabet), self._alphabet)
        self._everything = Track(Row("**"), self._alphabet)
        self._tracks: dict[Row, Track | None] = {}

    def example(self) -> str | None:
        machine = Machine(self._theirs, self._alphabet)
        for row in self._ours:
            for number in machine.meeting(row):
                found = self._meeting(row, self._theirs[number])
                if found is not None:
                    return found
        return None

    def _meeting(self, row: Row, other_row: Row) -> str | None:
        one, other = self._track(row), self._track(other_row)
        return None if one is None or other is None else self._search.example(one, other)

    def _track(self, row: Row) -> Track | None:
        # A row that is excluded completely is detected once, not again for each other row.
        if row not in self._tracks:
            track = Track(row, self._alphabet)
            left = self._search.example(track, self._everything)
            self._tracks[row] = None if left is None else track
        return self._tracks[row]
