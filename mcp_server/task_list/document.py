"""Which lines of a list are tasks, where each ends, and where another one goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mcp_server.task_list import item_id, lines, skipped_lines
from mcp_server.task_list.item import DONE, TODO, Item, read_item
from mcp_server.task_list.lines import Line

_BULLET = re.compile(r"([ \t]*)((?:[-*+]|[0-9]{1,9}[.)]))(?:[ \t]+|$)")
_NUMBER = re.compile(r"([ \t]*)([0-9]{1,9})([.)])")


class Row(NamedTuple):
    """A task and its line; one that is `inner`, inside another, is a task only if it has an id."""

    at: int
    item: Item
    inner: bool = False


class Document:
    """A list as it was read. It does not change: what is changed is another one."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._mark, self._lines = lines.split(content)
        self.texts = tuple(line.text for line in self._lines)
        found = tuple(skipped_lines.find(self.texts))
        self._passages = {passage.start: passage.end for passage in found}
        hidden = {at for passage in found for at in range(passage.hidden, passage.end)}
        self.rows = tuple(_tasks((at, text) for at, text in enumerate(self.texts) if at not in hidden))

    @property
    def lines(self) -> tuple[Line, ...]:
        """The lines, tasks or not."""
        return tuple(self._lines)

    @property
    def mark(self) -> bytes:
        """The byte order mark, or nothing."""
        return self._mark

    @property
    def visible_numbers(self) -> set[int]:
        """The numbers of all ids like `T3` that a reader sees, in lines that are tasks or not.

        Not those behind `after`: they name tasks, whose ids may be yet to be given.
        """
        items = {row.at: row.item for row in self.rows}
        texts = [items[at].id_text + items[at].title if at in items else text for at, text in enumerate(self.texts)]
        return item_id.visible("\n".join(texts))

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
        at = end = self._passages.get(row.at, row.at + 1)
        blank = False
        while at < len(self._lines):
            text = self._lines[at].text
            if not text.strip():
                at, blank = at + 1, True
                continue
            if _column(text) <= column and (blank or _begins_block(text)):
                break
            at = end = self._passages.get(at, at + 1)
            blank = False
        return end

    def place_for_more(self) -> tuple[int, Item | None]:
        """Where to insert another task, and the row to copy its form from: after the last open one."""
        outer = [row for row in self.rows if not row.inner]
        tasks = [row for row in outer if row.item.status != DONE] or outer
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


def _tasks(prose: Iterable[tuple[int, str]]) -> Iterator[Row]:
    outer: list[tuple[int, bool]] = []  # the list items that are open: their column, and whether they have a box
    blank = True
    for at, text in prose:
        if not text.strip():
            blank = True
            continue
        column, bullet = _column(text), _BULLET.match(text)
        if bullet is not None and (outer or column < 4):
            while outer and column < outer[-1][0] + 2:
                outer.pop()
            item = read_item(text) if "[" in text else None
            inner = any(boxed for _, boxed in outer)
            if item is not None and not (inner and item.id is None):
                yield Row(at, item, inner)
            outer.append((column, item is not None))
        elif text.lstrip().startswith("#") or blank:
            while outer and column <= outer[-1][0]:
                outer.pop()
        blank = False


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
