"""Matches lines of the list with tasks: by id, and for a line without one or with a copied one, by title."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from mcp_server.domain import accepted_text
from mcp_server.domain.task import Task
from mcp_server.domain.text import clip
from mcp_server.ports import Books
from mcp_server.task_list.document import Row
from mcp_server.task_list.item import Item
from mcp_server.task_list.item_id import numbered


class Line(NamedTuple):
    """A task's line. `id` is None for one that is new; `task` is None for one that the store does not know."""

    row: Row
    item: Item
    id: str | None
    task: Task | None


def title_of(item: Item) -> str:
    """The title as the store keeps it: on one line, printable, limited in length."""
    printable = "".join(character if accepted_text.can_be_shown(character) else " " for character in item.said)
    return clip(" ".join(printable.split()), accepted_text.TITLE) or item.id or "(no title)"


def recognise_lines(books: Books, rows: Sequence[Row], former: Iterable[Row], *, all_known: bool = False) -> list[Line]:
    """The tasks' lines. `former` are the rows of the version before; with `all_known` a title always counts.

    A line without an id is the task of the same title if that is open and has no other line, or had this line before:
    a person who types `Update the packages` again, a month after that was done, means a new task. Of two lines with
    one id the second is a copy, unless only the first has changed.
    """
    named = {needed for row in rows for needed in row.item.note.after or ()}
    said = [row.item.id for row in rows if row.item.id is not None]
    tasks = {task.id: task for task in books.tasks.among(said)}
    titles = {row.item.id: row.item.title for row in former if row.item.id is not None}
    weak = [row.item.id for row in rows if row.item.id is not None and row.item.strength == "numbered"]
    known = {*tasks, *named, *numbered(weak)}
    # A word in bold that several lines begin with is no id of any.
    once = {each for each, times in Counter(said).items() if times == 1}
    keepers = _keepers(
        rows, lambda item: item.id in known or (item.is_sure and (item.strength == "sure" or item.id in once)), titles
    )
    unnamed = {title_of(row.item) for row in former if not row.inner and row.item.id not in keepers}
    found = [_line(row, keepers, tasks) for row in rows if not row.inner or keepers.get(row.item.id or "") == row.at]
    return _by_title(books, found, lambda task: all_known or _is_open(task) or task.title in unnamed)


def _keepers(rows: Sequence[Row], is_id: Callable[[Item], bool], titles: dict[str, str]) -> dict[str, int]:
    """For each id, the line that it belongs to."""
    found: dict[str, int] = {}
    sayings: dict[str, str] = {}
    for at, item, _ in rows:
        if item.id is None or not is_id(item):
            continue
        was = titles.get(item.id)
        if item.id not in found or (sayings[item.id] != was and item.title == was):
            found[item.id], sayings[item.id] = at, item.title
    return found


def _line(row: Row, keepers: dict[str, int], tasks: dict[str, Task]) -> Line:
    item = row.item
    if item.id is not None and keepers.get(item.id) == row.at:
        return Line(row, item, item.id, tasks.get(item.id))
    if item.id is not None and (item.id not in keepers or item.keeps_its_text):
        item = item.nameless()
    return Line(row, item, None, None)


def _by_title(books: Books, lines: list[Line], counts: Callable[[Task], bool]) -> list[Line]:
    wanted = {title_of(line.item) for line in lines if line.id is None}
    if not wanted:
        return lines
    taken = {line.id for line in lines}
    free: dict[str, list[Task]] = defaultdict(list)
    for task in books.tasks.titled(wanted):
        if task.id not in taken and counts(task):
            free[task.title].append(task)
    for number, line in enumerate(lines):
        same = free[title_of(line.item)] if line.id is None else []
        if same:
            task = same.pop(0)
            lines[number] = line._replace(id=task.id, task=task)
    return lines


def _is_open(task: Task) -> bool:
    return task.status not in ("done", "dropped")
