"""What is a short path that two patterns both match and nothing excludes?

The search goes by characters, on from the place that promises most, one pair of positions at a time. The exclusions
travel along as one set: of two sets at the same place, the one that excludes less is followed.
"""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_server.domain.scopes.alphabet import Alphabet
    from mcp_server.domain.scopes.automaton import Machine, Row

    _Leads = dict[int, tuple[int, ...]]
    _Trail = tuple["_Reached", str] | None

MOST_WORK = 2_000_000
"""Comparisons; takes some tenths of a second. Exclusions can make the search hard, so it needs a limit."""

_DIRECTNESS = 2
"""How much more missing characters cost than those already read: much faster, for slightly longer examples."""

_EMPTY, _DOT, _DOTS, _NAME = range(4)
"""What the current segment looks like so far; only the last is a possible file name."""


class TooIntricate(Exception):
    """The search takes too long; whether there is an example is unknown."""


class Track:
    """A row as the search follows it, position by position."""

    __slots__ = ("ends", "leads", "left", "start")

    def __init__(self, row: Row, alphabet: Alphabet) -> None:
        self.start = row.entered(0)
        self.ends = row.ends()
        self.left = row.least_left()
        self.leads = [row.exits(at, alphabet) for at in range(len(row.moves) + 1)]


class Search:
    """Searches one pair of tracks after another; all of them together may take `MOST_WORK`."""

    __slots__ = ("_barred_after", "_barring", "_samples", "_work_left")

    def __init__(self, barring: Machine, alphabet: Alphabet) -> None:
        self._barring = barring
        self._samples = alphabet.samples
        self._barred_after: dict[tuple[int, int], int] = {}
        self._work_left = MOST_WORK

    def example(self, one: Track, other: Track) -> str | None:
        """A short path on both tracks that is not barred, or None; TooIntricate when the work gets too much."""
        frontier = _Frontier(one, other)
        frontier.offer(product(one.start, other.start), _EMPTY, self._barring.start, None)
        while reached := frontier.best():
            self._work_left -= frontier.work()
            if self._work_left < 0:
                raise TooIntricate
            ended = reached.one in one.ends and reached.other in other.ends and reached.shape == _NAME
            if ended and not reached.barred & self._barring.ends:
                return _spelled(reached)
            self._go_on(reached, one.leads[reached.one], other.leads[reached.other], frontier)
        return None

    def _go_on(self, reached: _Reached, one: _Leads, other: _Leads, frontier: _Frontier) -> None:
        for kind in one if len(one) <= len(other) else other:
            if kind not in one or kind not in other:
                continue
            shape = _shaped(reached.shape, self._samples[kind])
            barred = self._barred(reached.barred, kind)
            if shape is not None and not self._barring.covers_all_below(barred):
                frontier.offer(product(one[kind], other[kind]), shape, barred, (reached, self._samples[kind]))

    def _barred(self, before: int, kind: int) -> int:
        after = self._barred_after.get((before, kind))
        if after is None:
            after = self._barred_after[before, kind] = self._barring.step(before, kind)
        return after


class _Reached(NamedTuple):
    one: int
    other: int
    shape: int
    barred: int
    length: int
    trail: _Trail


class _Frontier:
    __slots__ = ("_heap", "_lefts", "_offers", "_seen", "_work")

    def __init__(self, one: Track, other: Track) -> None:
        self._lefts = one.left, other.left
        self._heap: list[tuple[tuple[int, int, int, int], _Reached]] = []
        self._seen: dict[tuple[int, int, int], list[int]] = {}
        self._offers = 0
        self._work = 0

    def offer(self, pairs: Iterable[tuple[int, int]], shape: int, barred: int, trail: _Trail) -> None:
        length = trail[0].length + 1 if trail else 0
        for one, other in pairs:
            if self._is_news((one, other, shape), barred):
                left = max(self._lefts[0][one], self._lefts[1][other])
                reached = _Reached(one, other, shape, barred, length, trail)
                self._offers += 1
                promise = (length + _DIRECTNESS * left, barred.bit_count(), left, self._offers)
                heappush(self._heap, (promise, reached))

    def best(self) -> _Reached | None:
        return heappop(self._heap)[-1] if self._heap else None

    def work(self) -> int:
        done, self._work = self._work, 0
        return done

    def _is_news(self, place: tuple[int, int, int], barred: int) -> bool:
        known = self._seen.setdefault(place, [])
        self._work += len(known) + 10
        if any(less & barred == less for less in known):
            return False
        known[:] = [more for more in known if more & barred != barred]
        known.append(barred)
        return True


def _shaped(shape: int, char: str) -> int | None:
    if char == "/":
        return _EMPTY if shape == _NAME else None
    return shape + 1 if char == "." and shape < _DOTS else _NAME


def _spelled(reached: _Reached) -> str:
    chars = []
    trail = reached.trail
    while trail:
        chars.append(trail[1])
        trail = trail[0].trail
    return "".join(reversed(chars))
