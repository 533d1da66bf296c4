"""Which characters do some patterns distinguish? Classes of equivalent characters, each with one sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp_server.domain.scopes import matching

if TYPE_CHECKING:
    from collections.abc import Iterable

SLASH = 0
"""The kind of the character `/` in every alphabet."""

_LIKED = "xabcdefghijklmnopqrstuvwyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_-é "


class Alphabet:
    """The kinds of characters that some moves distinguish, each with a sample; together they cover all characters."""

    __slots__ = ("_kinds_of", "kinds", "names", "samples")

    def __init__(self, moves: Iterable[str]) -> None:
        distinct = set(moves) - {"*", "**", "?", "/"} | {"."}
        literals = {move for move in distinct if len(move) == 1}
        classes = sorted(distinct - literals)
        samples: dict[object, str] = {}
        for char in _candidates(literals, classes):
            kind = char if char in literals else tuple(matching.admits(token, char) for token in classes)
            samples.setdefault(kind, char)
        self.samples = ["/", *samples.values()]
        self.kinds = range(len(self.samples))
        self.names = self.kinds[1:]
        self._kinds_of: dict[str, list[int]] = {"/": [SLASH]}

    def kinds_of(self, move: str) -> list[int]:
        """The kinds that `move`, a character, `?`, a class or `/`, admits."""
        if move not in self._kinds_of:
            self._kinds_of[move] = [kind for kind in self.names if matching.admits(move, self.samples[kind])]
        return self._kinds_of[move]


def _candidates(literals: set[str], classes: list[str]) -> list[str]:
    ranges = [(char, char) for char in literals]
    ranges += [ends for token in classes for ends in matching.class_ranges(token)]
    # Kinds change only where a range begins or ends, or where characters that no name has (NUL, /, surrogates) end.
    edges = {1, ord("/") + 1, 0xE000}
    for first, last in ranges:
        edges |= {ord(first), ord(last) + 1}
    legal = [chr(edge) for edge in edges if edge <= 0x10FFFF and edge != ord("/") and not 0xD800 <= edge <= 0xDFFF]
    return [*_LIKED, *sorted(legal, key=lambda char: (not char.isprintable(), char))]
