"""A conflict: a path in which two branches can't be merged as they are, and the lines."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.text import clip

MOST_RANGES = 3
LONGEST_PATH = 160

Lines = tuple[tuple[int, int], ...]
"""First and last line of each range."""

_KINDS = {
    "contents": "both changed the same lines",
    "added": "both added it with different contents",
    "binary": "both changed it, and it is binary",
    "modify/delete": "one changed it and the other deleted it",
    "rename/delete": "one renamed it and the other deleted it",
    "rename/rename": "both renamed it, to different names",
    "file/directory": "it is a file for one and a folder for the other",
    "submodule": "both moved the submodule",
}


class Conflict(NamedTuple):
    """One path. `ours` and `theirs` are the lines in each side's version; empty where they are unknown.

    `kind` is git's word. `sign` changes whenever the conflicting text of either side changes.
    """

    path: str
    kind: str
    ours: Lines
    theirs: Lines
    sign: str

    @property
    def reason(self) -> str:
        """Why git can't merge it, in words."""
        return _KINDS.get(self.kind, f"git calls it {self.kind}")


class Known(NamedTuple):
    """A conflict between two branches as recorded. `told` is the sign of which the agents were notified, or None."""

    ours: str
    theirs: str
    conflict: Conflict
    found_at: float
    is_open: bool = True
    told: str | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """The two branches."""
        return self.ours, self.theirs


def place(path: str, lines: Lines) -> str:
    """Where it is, in words: `src/a.py, lines 10-14`."""
    shown = clip(path, LONGEST_PATH)
    if not lines:
        return shown
    ranges = [str(first) if first == last else f"{first}-{last}" for first, last in lines]
    more = f" and {len(ranges) - MOST_RANGES} more" if len(ranges) > MOST_RANGES else ""
    word = "line" if len(ranges) == 1 and lines[0][0] == lines[0][1] else "lines"
    return f"{shown}, {word} {', '.join(ranges[:MOST_RANGES])}{more}"


def meeting(ours: list[Hunk], theirs: list[Hunk]) -> tuple[Lines, Lines]:
    """The lines of each side where both changed the same part of their origin in different ways."""
    pairs = [(one, other) for one in ours for other in theirs if one.meets(other)]
    return _merged([one.lines for one, _ in pairs]), _merged([other.lines for _, other in pairs])


class Hunk(NamedTuple):
    """A change: `lost` lines after line `start` of the origin were replaced by `text`, now from line `at` on."""

    start: int
    lost: int
    at: int
    text: tuple[bytes, ...]

    @property
    def lines(self) -> tuple[int, int]:
        """First and last line in the changed file; for a deletion, the line where it was."""
        first = max(self.at, 1)
        return first, max(first, self.at + len(self.text) - 1)

    def meets(self, other: Hunk) -> bool:
        """Whether git can't apply both: they overlap or touch, and are not the same change."""
        if (self.start, self.lost, self.text) == (other.start, other.lost, other.text):
            return False
        return self.start <= other.start + other.lost and other.start <= self.start + self.lost


def _merged(ranges: list[tuple[int, int]]) -> Lines:
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return tuple(found)
