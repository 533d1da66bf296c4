"""Applies a person's changes to an older version of a list to the latest one: no words of either are lost.

Lines are matched by what they are: a task by its id (or its title, where the id is new), all else by its text. Changes
of both to one task are merged piece by piece.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from difflib import SequenceMatcher

from mcp_server.task_list import lines
from mcp_server.task_list.document import Document
from mcp_server.task_list.item import Item
from mcp_server.task_list.lines import Line

MOST_LINES = 5_000
"""Comparing longer lists line by line would take too long; there the person's file counts as it is."""


def rebased(start: bytes, latest: bytes, edited: bytes) -> bytes:
    """`latest` with what was changed from `start` to `edited`."""
    old, new, mine = Document(start), Document(latest), Document(edited)
    if max(len(old.lines), len(new.lines), len(mine.lines)) > MOST_LINES:
        return edited
    known = {row.item.id for row in old.rows if row.item.id is not None}
    keys, new_keys, my_keys = (_keys(document, known) for document in (old, new, mine))
    kept = _same(keys, new_keys)
    arrived = set(new_keys) - set(keys) - {""}  # where it came to both, it is the same
    items = _Items(old, new, mine, keys, new_keys, my_keys)
    heads: list[Line | None] = list(new.lines)
    behind: list[list[Line]] = [[] for _ in range(len(heads) + 1)]  # what goes behind each line, first before all
    for tag, begin, end, my_begin, my_end in SequenceMatcher(None, keys, my_keys, autojunk=False).get_opcodes():
        for old_at in range(begin, end):
            if old_at in kept:
                my_at = my_begin + old_at - begin
                heads[kept[old_at]] = items.merged(old_at, kept[old_at], my_at) if tag == "equal" else None
        if tag != "equal":
            place = next((kept[old_at] + 1 for old_at in range(begin - 1, -1, -1) if old_at in kept), 0)
            behind[place] += [items.inserted(at) for at in range(my_begin, my_end) if my_keys[at] not in arrived]
    return lines.join(mine.mark, _ended(_interleaved(heads, behind)))


def _interleaved(heads: Sequence[Line | None], behind: Sequence[Sequence[Line]]) -> list[Line]:
    found = list(behind[0])
    for head, others in zip(heads, behind[1:], strict=True):
        found += [*([head] if head is not None else []), *others]
    return found


class _Items:
    """The three versions' tasks, to be merged where a line of all three is the same task."""

    def __init__(self, old: Document, new: Document, mine: Document, *keys: Sequence[Hashable]) -> None:
        self._documents = (old, new, mine)
        self._items: list[Mapping[int, Item]] = [
            {row.at: row.item for row in document.rows} for document in self._documents
        ]
        old_keys, new_keys, self._my_keys = keys
        self._old_at = {key: at for at, key in enumerate(old_keys)}
        self._new_at = {key: at for at, key in enumerate(new_keys)}

    def merged(self, old_at: int, new_at: int, my_at: int) -> Line:
        """The line that says what I changed, and else what the latest version says."""
        old, new, mine = (items.get(at) for items, at in zip(self._items, (old_at, new_at, my_at), strict=True))
        line = self._documents[1].lines[new_at]
        if old is None or new is None or mine is None or mine == old:
            return line
        item = mine if new == old else _merged_item(old, new, mine)
        return line if item.text == line.text else line.saying(item.text)

    def inserted(self, my_at: int) -> Line:
        """A line to insert: the person's own, or, for a task that they moved, its latest form."""
        key, line = self._my_keys[my_at], self._documents[2].lines[my_at]
        old_at, new_at = self._old_at.get(key), self._new_at.get(key)
        if old_at is None or new_at is None or my_at not in self._items[2]:
            return line
        merged = self.merged(old_at, new_at, my_at)
        return line if merged.text == line.text else line.saying(merged.text)


def _merged_item(old: Item, new: Item, mine: Item) -> Item:
    marked = mine if mine.status != old.status else new
    tail = mine.tail if mine.tail != old.tail and new.tail == old.tail else new.tail
    merged = new._replace(
        lead=mine.lead if mine.lead != old.lead else new.lead,
        mark=marked.mark,
        title=mine.title if mine.title != old.title else new.title,
        tail=tail,
    )
    if mine.note != old.note:
        merged = merged.noted(mine.note)
    return merged if mine.holder == old.holder else merged.held_by(mine.holder)


def _keys(document: Document, known: set[str]) -> list[Hashable]:
    """What each line is known by."""
    items = {row.at: row.item for row in document.rows}
    seen: Counter[Hashable] = Counter()
    found: list[Hashable] = []
    for at, text in enumerate(document.texts):
        item = items.get(at)
        key: Hashable = text
        if item is not None:
            key = ("task", item.id) if item.id in known else ("title", item.title)
            seen[key] += 1
            key = (*key, seen[key])
        found.append(key)
    return found


def _same(keys: Sequence[Hashable], others: Sequence[Hashable]) -> dict[int, int]:
    """Which line is which: in the same order as far as that goes, and what there is only once wherever it went."""
    blocks = SequenceMatcher(None, keys, others, autojunk=False).get_matching_blocks()
    found = {one + step: other + step for one, other, size in blocks for step in range(size)}
    left = {at: key for at, key in enumerate(keys) if at not in found}
    taken = set(found.values())
    elsewhere = {key: at for at, key in enumerate(others) if at not in taken}
    mine, theirs = Counter(keys), Counter(others)
    for at, key in left.items():
        if key in elsewhere and mine[key] == theirs[key] == 1:
            found[at] = elsewhere[key]
    return found


def _ended(found: list[Line]) -> list[Line]:
    """Every line but the last has an end."""
    end = lines.usual_end(found)
    return [
        line if line.end or number == len(found) else line._replace(end=end) for number, line in enumerate(found, 1)
    ]
