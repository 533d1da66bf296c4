"""Which lines of a list are tasks, where each ends, and where another one goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from mcp_server.task_list import item as items
from mcp_server.task_list import lines
from mcp_server.task_list.item import DONE, TODO, Item
from mcp_server.task_list.lines import Line

_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})")
_BULLET = re.compile(r"([ \t]*)((?:[-*+]|[0-9]{1,9}[.)]))(?:[ \t]+|$)")
_NUMBER = re.compile(r"([ \t]*)([0-9]{1,9})([.)])")
_CODE = re.compile(r"(`+)(.+?)\1(?!`)")


class Row(NamedTuple):
    """A task and the line it stands on."""

    at: int
    item: Item


class Document:
    """A list as it was read. It does not change: what is changed is another one."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._mark, self._lines = lines.split(content)
        self.rows = tuple(_tasks(self._lines))

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines, tasks or not."""
        return tuple(self._lines)

    @property
    def mark(self) -> bytes:
        """The byte order mark, or nothing."""
        return self._mark

    @property
    def texts(self) -> list[str]:
        """What the lines say."""
        return [line.text for line in self._lines]

    def changed(self, said: Mapping[int, Item], added: Sequence[tuple[int, str]] = ()) -> bytes:
        """The bytes with other items on the lines `said`, and lines `added`, each before the line of that number."""
        new = list(self._lines)
        for at, item in said.items():
            if item.text != new[at].text:
                new[at] = new[at].saying(item.text)
        for at, text in reversed(sorted(added, key=lambda pair: pair[0])):
            _insert(new, at, text)
        return lines.join(self._mark, new)

    def end_of(self, row: Row) -> int:
        """The number of the line behind all that belongs to a task: its sub-items, its text, no blank line."""
        column = _column(row.item.lead)
        end, blank = row.at + 1, False
        for at in range(row.at + 1, len(self._lines)):
            text = self._lines[at].text
            if not text.strip():
                blank = True
                continue
            if _column(text) <= column and (blank or _begins_block(text)):
                break
            end, blank = at + 1, False
        return end

    def place_for_more(self) -> tuple[int, Item | None]:
        """Before which line another task goes, and the one it is to look like: behind the last that is open."""
        tasks = [row for row in self.rows if row.item.status != DONE] or list(self.rows)
        if tasks:
            return self.end_of(tasks[-1]), tasks[-1].item
        return len(self._lines), None


def like(model: Item | None, number: int) -> Item:
    """An empty task that looks like `model`: its indentation and bullet, `number` further where it is numbered."""
    if model is None:
        return Item("- [", TODO, "] ", "", None, "", ())
    lead = model.lead
    match = _NUMBER.match(lead)
    if match is not None:
        lead = f"{match[1]}{int(match[2]) + number}{match[3]}{lead[match.end() :]}"
    return Item(lead, TODO, "] ", "", None, "", ())


def _insert(new: list[Line], at: int, text: str) -> None:
    neighbour = new[at - 1] if at else (new[0] if new else None)
    encoding = neighbour.encoding if neighbour else "utf-8"
    if encoding == "cp1252" and all(line.raw.isascii() or line.encoding == "utf-8" for line in new):
        encoding = "utf-8"
    end = (neighbour.end if neighbour else b"") or lines.usual_end(new)
    if at and not new[at - 1].end:  # the last line, and it has no end: so shall it stay
        new[at - 1] = new[at - 1]._replace(end=end)
        end = b""
    new.insert(at, Line("", b"", end, encoding).saying(text))


def _tasks(all_lines: Sequence[Line]) -> Iterator[Row]:
    outer: list[tuple[int, bool]] = []  # the list items that are open: their column, and whether they have a box
    blank = True
    for at, text in _prose(all_lines):
        if not text.strip():
            blank = True
            continue
        column, bullet = _column(text), _BULLET.match(text)
        if bullet is not None and (outer or column < 4):
            while outer and column < outer[-1][0] + 2:
                outer.pop()
            item = items.read(text) if "[" in text else None
            if item is not None and not any(boxed for _, boxed in outer):
                yield Row(at, item)
            outer.append((column, item is not None))
        elif text.lstrip().startswith("#") or blank:
            while outer and column <= outer[-1][0]:
                outer.pop()
        blank = False


def _prose(all_lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """The lines outside of fenced code and of comments, with their numbers."""
    fence, comment = "", False
    for at, line in enumerate(all_lines):
        text = line.text
        if fence:
            match = _FENCE.match(text)
            if match and match[1].startswith(fence) and not text.strip().strip(fence[0]):
                fence = ""
        elif comment:
            comment = _leaves_comment_open("<!--" + text)
        elif match := _FENCE.match(text):
            fence = match[1]
        else:
            comment = "<!--" in text and _leaves_comment_open(text)
            yield at, text


def _leaves_comment_open(text: str) -> bool:
    plain = _CODE.sub("", text)
    return plain.rfind("<!--") >= 0 and "-->" not in plain[plain.rfind("<!--") :]


def _column(text: str) -> int:
    expanded = text.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())


def _begins_block(text: str) -> bool:
    """Whether a line that follows a paragraph ends it: a list item, a heading, a rule, code, a quotation, a table."""
    stripped = text.lstrip()
    return (
        _BULLET.match(text) is not None
        or stripped.startswith(("#", ">", "|", "```", "~~~", "<!--"))
        or (len(stripped) > 2 and not stripped.strip("-_*= "))
    )
