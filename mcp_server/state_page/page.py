"""Reads a page: its sections, the blocks in them, and the version that it is based on.

A block is a list item with everything that is indented below it, or a paragraph. All else is free text: headings,
tables, quotations, code between fences, comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import NamedTuple

from mcp_server.domain.messages import EntryKind

TITLES: dict[EntryKind, str] = {"status": "Active state", "next": "Needed next", "learning": "Learned"}
"""The headings that are written."""
_READ: dict[EntryKind, tuple[str, ...]] = {
    "status": ("active state", "active", "current state", "current status", "state", "status"),
    "next": ("needed next", "what is needed next", "next", "next steps", "needs", "what's next", "up next"),
    "learning": (
        "learned",
        "learnings",
        "learning",
        "lessons",
        "lessons learned",
        "what has been learned",
        "what we learned",
        "what we have learned",
        "what we know",
    ),
}
KINDS: dict[str, EntryKind] = {title: kind for kind, titles in _READ.items() for title in titles}
"""The headings that are understood, as people write them."""

SPACE = " \t"
"""What a reader of Markdown takes for space; anything else is text."""
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r" ?(`{3,}|~{3,})(.*)$")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_ITEM = re.compile(r" ?(?:[-*+]|\d{1,9}[.)])(?:[ \t]+[^ \t]|[ \t]*$)")
_FREE = re.compile(r" {0,3}(?:[>|<]|\[[^\]]*\]:)")
_INDENTED = re.compile(r"(?: {2,}|\t| \t)[ \t]*[^ \t]")
_CODE = re.compile(r"(?: {4,}| {0,3}\t)[ \t]*[^ \t]")
OBSERVED = re.compile(r"[ \t]+\*— .+, (?:seen )?\d{4}-\d\d-\d\d \d\d:\d\d UTC\b.*$")
"""The line of what was observed: an entry ends with it."""
_VERSION = re.compile(r"<!-- Interlock (\d{1,15})\b[^>]*-->[ \t]*$")
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?: |$)", re.MULTILINE)


class Block(NamedTuple):
    """The lines from `start` to before `end`. `kind` is its section's, None outside the three."""

    start: int
    end: int
    kind: EntryKind | None
    text: str

    @property
    def sign(self) -> str:
        """The key by which it is recognised."""
        return sign_of(self.text)


class Page(NamedTuple):
    """A page that was read. `room` says before which line each section takes what is new.

    `stamps` are the lines that say its version; of several, which a merge leaves, the oldest counts.
    """

    lines: tuple[str, ...]
    blocks: tuple[Block, ...]
    room: dict[EntryKind, int]
    version: int | None
    stamps: tuple[int, ...]

    @property
    def newline(self) -> str:
        """How its lines end."""
        first = self.lines[0] if self.lines else "\n"
        return first[len(bare(first)) :] or "\n"


def read_page(text: str) -> Page:
    """The page that is written in `text`."""
    lines = tuple(_LINE.findall(text))
    return _Reader(lines).page()


def in_conflict(text: str) -> bool:
    """Whether it has an unresolved merge."""
    return ("<" * 7 in text or ">" * 7 in text) and _CONFLICT.search(text) is not None


def version_line(version: int) -> str:
    """The line that says which version of the page this is."""
    return f"<!-- Interlock {version}: the version that a change goes back to; leave this line in -->"


def bare(line: str) -> str:
    """A line without its end."""
    return line.removesuffix("\n").removesuffix("\r")


def is_rule(line: str) -> bool:
    """Whether a line would be read as a line across the page."""
    return _RULE.match(line) is not None


def sign_of(text: str) -> str:
    """The key of a block wherever it is: its whole text without trailing spaces."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def tidy(lines: tuple[str, ...] | list[str]) -> str:
    """Lines as one text, without what no reader sees: space at the ends of lines, and how these are marked."""
    return "\n".join(line.rstrip(SPACE) for line in lines).rstrip(SPACE + "\n")


class _Reader:
    """One pass over the lines."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._lines = [bare(line) for line in lines]
        self._raw = lines
        self._skips = dict(_passages(self._lines))
        self._blocks: list[Block] = []
        self._room: dict[EntryKind, int] = {}
        self._section: tuple[EntryKind, int] | None = None

    def page(self) -> Page:
        at = 0
        stamps: dict[int, int] = {}
        while at < len(self._lines):
            found = _VERSION.match(self._lines[at])
            if found:
                stamps[at] = int(found[1])
            at = self._skips[at] if at in self._skips else self._step(at)
        room = {kind: self._clear_of_code(at) for kind, at in self._room.items()}
        return Page(self._raw, tuple(self._blocks), room, min(stamps.values(), default=None), tuple(stamps))

    def _clear_of_code(self, at: int) -> int:
        """An item that is put before indented lines would make them its own: it has to come after them."""
        ahead = at
        while ahead < len(self._lines) and (not self._lines[ahead].strip(SPACE) or _INDENTED.match(self._lines[ahead])):
            ahead += 1
            if self._lines[ahead - 1].strip(SPACE):
                at = ahead
        return at

    def _step(self, at: int) -> int:
        """Read what begins in line `at`; the line after it."""
        heading = self._heading(at)
        if heading is not None:
            level, title, end = heading
            self._enter(level, title, end)
            return end
        line = self._lines[at]
        if not line.strip(SPACE) or self._is_free(line):
            return at + 1
        end = self._item_end(at) if _ITEM.match(line) else self._paragraph_end(at)
        kind = self._section[0] if self._section is not None else None
        self._blocks.append(Block(at, end, kind, tidy(self._lines[at:end])))
        if kind is not None:
            self._room[kind] = end
        return end

    def _enter(self, level: int, title: str, end: int) -> None:
        """A heading at its own level or above ends a section; one further below belongs to it."""
        if self._section is not None and level > self._section[1]:
            return
        kind = KINDS.get(title.strip(" \t:*_").lower())
        self._section = None if kind is None else (kind, level)
        if kind is not None:
            self._room.setdefault(kind, end)

    def _heading(self, at: int) -> tuple[int, str, int] | None:
        found = _HEADING.match(self._lines[at])
        if found:
            return len(found[1]), found[2] or "", at + 1
        below = self._lines[at + 1] if at + 1 < len(self._lines) else ""
        line = self._lines[at]
        underlined = _UNDERLINE.match(below) if line.strip(SPACE) else None
        if underlined and not (_ITEM.match(line) or _CODE.match(line) or self._is_free(line)):
            return (1 if underlined[1][0] == "=" else 2), line.strip(SPACE), at + 2
        return None

    def _is_free(self, line: str) -> bool:
        return bool(_FREE.match(line) or _RULE.match(line) or _CODE.match(line) or OBSERVED.match(line))

    def _interrupts(self, at: int) -> bool:
        line = self._lines[at]
        return bool(
            at in self._skips
            or not line.strip(SPACE)
            or _ITEM.match(line)
            or _HEADING.match(line)
            or _RULE.match(line)
            or _FREE.match(line)
            or _FENCE.match(line)
        )

    def _item_end(self, at: int) -> int:
        """An item goes on with lines that are indented, also after blank ones, and with the rest of its paragraph.

        It ends with what was observed: whatever a person puts below that is no part of it.
        """
        end = ahead = at + 1
        while ahead < len(self._lines):
            line = self._lines[ahead]
            if OBSERVED.match(line):
                return ahead + 1
            if _INDENTED.match(line) or (ahead == end and not self._interrupts(ahead)):
                end = ahead + 1
            elif line.strip(SPACE):
                break
            ahead += 1
        return end

    def _paragraph_end(self, at: int) -> int:
        end = at + 1
        while end < len(self._lines) and not self._interrupts(end):
            end += 1
        return end


def _passages(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where code between fences and comments of several lines begin, and the lines after them.

    A passage that is never closed does not count: while somebody is writing one, the rest is not hidden.
    """
    closing: dict[str, int] = {}
    at = 0
    while at < len(lines):
        end = _fence_end(lines, at, closing) or _comment_end(lines, at, closing)
        if end:
            yield at, end
        at = end or at + 1


def _fence_end(lines: list[str], at: int, closing: dict[str, int]) -> int | None:
    found = _FENCE.match(lines[at])
    if not found or (found[1][0] == "`" and "`" in found[2]):
        return None
    mark = found[1]
    if len(mark) >= closing.get(mark[0], len(mark) + 1):
        return None
    for ahead in range(at + 1, len(lines)):
        other = _FENCE.match(lines[ahead])
        if other and other[1].startswith(mark) and not other[2].strip():
            return ahead + 1
    closing[mark[0]] = len(mark)
    return None


def _comment_end(lines: list[str], at: int, closing: dict[str, int]) -> int | None:
    line = lines[at]
    if not line.startswith("<!--") or "-->" in line or "<" in closing:
        return None
    for ahead in range(at + 1, len(lines)):
        if "-->" in lines[ahead] and not _VERSION.match(lines[ahead]):
            return ahead + 1
    closing["<"] = 0
    return None
