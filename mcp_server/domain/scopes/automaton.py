"""Which paths do many patterns match at once? One automaton follows all of them; its state is the bits of one number.

A pattern is laid out as a row of moves, a machine as rows one after another, a bit for each position. A set bit says
that the path may have been read up to there, so following two hundred patterns costs little more than following one.
"""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING

from mcp_server.domain.scopes import matching
from mcp_server.domain.scopes.alphabet import SLASH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mcp_server.domain.scopes.alphabet import Alphabet


class Row:
    """One alternative as moves: a character, `?`, a class, `*`, `/`, or `**` for any run of whole segments."""

    __slots__ = ("below", "deep", "moves")

    def __init__(self, alternative: str) -> None:
        segments = matching.steps(alternative)
        self.below = segments[-1] == "**"
        self.deep = self.below or segments[-2:] == ["**", "*"]
        tail = 1 if self.below else 2 if self.deep else 0
        self.moves: list[str] = []
        for segment in segments[: len(segments) - tail]:
            self.moves += ["**"] if segment == "**" else [*matching.tokens(segment), "/"]
        if not self.deep:
            self.moves.pop()

    def ends(self) -> tuple[int, ...]:
        """The positions where a path may end; behind the last one, if the row is `deep`, anything may follow."""
        last = len(self.moves)
        return (last - 1, last) if self.below else (last,)

    def entered(self, at: int) -> tuple[int, ...]:
        """The positions reached on arriving at `at`: itself, and after every move that may match nothing."""
        skips = at < len(self.moves) and self.moves[at] in ("*", "**")
        return (at, *self.entered(at + 1)) if skips else (at,)

    def exits(self, at: int, alphabet: Alphabet) -> dict[int, tuple[int, ...]]:
        """For each kind of character that can be read at `at`, the positions it leads to."""
        if at == len(self.moves):
            return dict.fromkeys(alphabet.kinds, (at,)) if self.deep else {}
        move = self.moves[at]
        if move == "*":
            return dict.fromkeys(alphabet.names, self.entered(at))
        if move == "**":
            return {**dict.fromkeys(alphabet.names, (at,)), SLASH: self.entered(at)}
        return dict.fromkeys(alphabet.kinds_of(move), self.entered(at + 1))

    def least_left(self) -> list[int]:
        """For each position, how many characters a path still needs at least."""
        left = [0]
        for move in reversed(self.moves):
            left.append(left[-1] + (move not in ("*", "**")))
        left.reverse()
        if self.below:
            left[: len(self.moves)] = [count - 1 for count in left[: len(self.moves)]]
        return left


class Machine:
    """All `rows` at once. A state is a number; the bits of each row's positions follow those of the previous row."""

    __slots__ = ("_alphabet", "_anything", "_deep", "_globs", "_name", "_owners", "_reads", "_stars", "ends", "start")

    def __init__(self, rows: Sequence[Row], alphabet: Alphabet) -> None:
        found: dict[str, list[int]] = {}
        starts: list[int] = []
        ends: list[int] = []
        deep: list[int] = []
        self._owners: list[int] = []
        for index, row in enumerate(rows):
            first = len(self._owners)
            for at, move in enumerate(row.moves, first):
                found.setdefault(move, []).append(at)
            self._owners += [index] * (len(row.moves) + 1)
            starts += [first + at for at in row.entered(0)]
            ends += [first + at for at in row.ends()]
            deep += [len(self._owners) - 1] * row.deep
        self._alphabet = alphabet
        self._stars = _bits(found.pop("*", []))
        self._globs = _bits(found.pop("**", []))
        self._deep = _bits(deep)
        self._reads = self._by_kind(found)
        self._reads[SLASH] |= self._globs
        self._name = _any(self._reads[1:]) | self._stars
        self._anything = _any(self._reads) | self._stars
        self.start = _bits(starts)
        self.ends = _bits(ends)

    def step(self, state: int, kind: int) -> int:
        """The state after one more character of this kind."""
        return self._moved(state, self._reads[kind], kind == SLASH)

    def covers_all_below(self, state: int) -> bool:
        """Whether some row matches any continuation."""
        return bool(state & self._deep)

    def meeting(self, row: Row) -> Iterator[int]:
        """The numbers of the rows that share a matching path with `row`; odd names such as `..` count as well."""
        state, ended = self.start, 0
        for move in row.moves:
            ended = state
            if move == "*":
                state = _filled(state, self._name)
            elif move == "**":
                state |= self.step(_filled(state, self._anything), SLASH)
            else:
                reads = _any(self._reads[kind] for kind in self._alphabet.kinds_of(move))
                state = self._moved(state, reads, move == "/")
        ended = ended if row.below else 0
        ended |= _filled(state, self._anything) if row.deep else state
        return self._owners_of(ended & self.ends)

    def _by_kind(self, found: dict[str, list[int]]) -> list[int]:
        reads = [0] * len(self._alphabet.kinds)
        for move, positions in found.items():
            bits = _bits(positions)
            for kind in self._alphabet.kinds_of(move):
                reads[kind] |= bits
        return reads

    def _moved(self, state: int, reads: int, slash: bool) -> int:
        moved = (state & reads) << 1
        moved |= (moved & self._globs) << 1
        moved |= state & (self._globs | self._deep)
        if not slash:
            moved |= state & self._stars
        return moved | (moved & self._stars) << 1

    def _owners_of(self, bits: int) -> Iterator[int]:
        last = -1
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            owner = self._owners[lowest.bit_length() - 1]
            if owner != last:
                yield owner
            last = owner


def _bits(positions: Sequence[int]) -> int:
    held = bytearray(max(positions, default=0) // 8 + 1)
    for at in positions:
        held[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(held, "little")


def _any(masks: Iterable[int]) -> int:
    return functools.reduce(operator.or_, masks, 0)


def _filled(state: int, mask: int) -> int:
    # Adding carries each set bit to the end of its run of ones in `mask`, and one further: all that it can reach.
    return (((state & mask) + mask) ^ mask) | state
