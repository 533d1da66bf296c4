"""What the note at the end of a task says: `(scope: src/**; after: T1; priority: 2)`, read and written.

Also in square brackets, in a comment, or bare behind a dash. What else it says, `owner: pat`, stays in it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_KEYS = {
    "scope": "scope",
    "files": "scope",
    "file": "scope",
    "paths": "scope",
    "path": "scope",
    "after": "after",
    "needs": "after",
    "depends on": "after",
    "depends_on": "after",
    "depends": "after",
    "requires": "after",
    "blocked by": "after",
    "blocked_by": "after",
    "waits for": "after",
    "priority": "priority",
    "prio": "priority",
}
_PRIORITIES = {
    "critical": 20,
    "urgent": 20,
    "high": 10,
    "medium": 0,
    "normal": 0,
    "low": -10,
    "p0": 20,
    "p1": 10,
    "p2": 0,
    "p3": -10,
}
_BRACKETS = (("(", ")"), ("[", "]"), ("<!--", "-->"))
_BARE = re.compile(r"[ \t](?:—|–|--)[ \t]+((?:scope|after|depends on|priority)[ \t]*:[ \t].*)$", re.IGNORECASE)
_NOTHING = ("none", "nothing", "-", "—", "–")
_PIECE = re.compile(r"(`+)(.+?)\1(?!`)|([^`{},;]+|.)", re.DOTALL)
_KEY = re.compile(r"\s*([A-Za-z][A-Za-z_ ]*?)\s*:(.*)", re.DOTALL)
_OTHER = re.compile(r"\s*[A-Za-z][A-Za-z_ -]*:\s")


class Note(NamedTuple):
    """What the note says of a task; None for what it does not say, `more` for free text."""

    scope: tuple[str, ...] | None = None
    after: tuple[str, ...] | None = None
    priority: int | None = None
    more: tuple[str, ...] = ()

    @property
    def keys(self) -> set[str]:
        """The names of what it says."""
        return {key for key, value in zip(self._fields, self[:3], strict=False) if value is not None}

    def and_more(self, other: Note) -> Note:
        """This, and what another note says of other things."""
        return Note(
            other.scope if self.scope is None else self.scope,
            other.after if self.after is None else self.after,
            other.priority if self.priority is None else self.priority,
            (*self.more, *other.more),
        )

    @property
    def text(self) -> str:
        """The note as it is written, "" when it says nothing."""
        return self.instead_of("()")

    def instead_of(self, former: str) -> str:
        """The same in the brackets that a former note has."""
        parts = []
        if self.scope is not None:
            parts.append("scope: " + (", ".join(map(_quoted, self.scope)) or "none"))
        if self.after:
            parts.append("after: " + ", ".join(self.after))
        if self.priority is not None:
            parts.append(f"priority: {self.priority}")
        begin, end = next((pair for pair in _BRACKETS if former.startswith(pair[0])), ("", ""))
        space = " " if len(begin) > 1 else ""
        return f"{begin}{space}{'; '.join([*parts, *self.more])}{space}{end}" if parts or self.more else ""


@lru_cache(maxsize=8192)
def read(text: str) -> Note | None:
    """The note in `text`, brackets included; None when the brackets contain anything else."""
    begin, end = next((pair for pair in _BRACKETS if text.startswith(pair[0])), ("", ""))
    said: dict[str, list[str]] = {}
    more: list[str] = []
    for part in _entries(text[len(begin) : len(text) - len(end)]):
        match = _KEY.fullmatch(part)
        key = _key(match)
        if match is None or key is None:
            more += [part.strip()] if part.strip() else []
            continue
        values = [value.strip() for value in _parts(match[2], ",") if value.strip()]
        if key in said or not values:
            return None
        said[key] = [] if len(values) == 1 and values[0].lower() in _NOTHING else [_plain(value) for value in values]
    return _note(said, tuple(more)) if said else None


def opening(text: str) -> int:
    """Where the note at the end of `text` begins; -1 when there is none."""
    if text.endswith("-->"):
        return text.rfind("<!--")
    for begin, end in _BRACKETS[:2]:
        if text.endswith(end):
            return _partner(text, begin, end)
    bare = _BARE.search(text) if ":" in text else None
    return bare.start(1) if bare else -1


def _partner(text: str, begin: str, end: str) -> int:
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += {end: 1, begin: -1}.get(text[at], 0)
        if depth == 0:
            return at
    return -1


def _note(said: dict[str, list[str]], more: tuple[str, ...]) -> Note | None:
    priority = _priority(said.get("priority"))
    if "priority" in said and priority is None:
        return None
    return Note(_tuple(said.get("scope")), _tuple(said.get("after")), priority, more)


def _tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(dict.fromkeys(values))


def _priority(values: list[str] | None) -> int | None:
    if not values or len(values) > 1:
        return None
    word = values[0].lower()
    if word in _PRIORITIES:
        return _PRIORITIES[word]
    return int(word) if re.fullmatch(r"[+-]?[0-9]{1,4}", word) else None


def _entries(text: str) -> list[str]:
    """`key: values`, one by one: behind a semicolon, or behind a comma where a key follows, as many people write it."""
    entries: list[str] = []
    for part in _parts(text, ";"):
        entries.append("")
        for piece in _parts(part, ","):
            if entries[-1] and (_key(_KEY.fullmatch(piece)) is not None or _OTHER.match(piece)):
                entries.append(piece)
            else:
                entries[-1] += f",{piece}" if entries[-1] else piece
    return entries


def _key(match: re.Match[str] | None) -> str | None:
    return _KEYS.get(" ".join(match[1].lower().split())) if match else None


def _parts(text: str, separator: str) -> list[str]:
    """Split at `separator`, but not between backticks or in braces."""
    if separator not in text:
        return [text]
    parts, depth = [""], 0
    for match in _PIECE.finditer(text):
        piece = match[0]
        depth += {"{": 1, "}": -1}.get(piece, 0)
        if piece == separator and depth <= 0:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _plain(value: str) -> str:
    match = _PIECE.fullmatch(value)
    if match is None or not match[1]:
        return value
    inside = match[2]
    return inside[1:-1] if "`" in inside and inside.startswith(" ") and inside.endswith(" ") else inside


def _quoted(pattern: str) -> str:
    if "`" not in pattern:
        return f"`{pattern}`"
    longest = max(len(run) for run in re.findall("`+", pattern))
    marks = "`" * (longest + 1)
    return f"{marks} {pattern} {marks}"
