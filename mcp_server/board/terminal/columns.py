"""The columns of a board: side by side where the terminal is wide, else one at a time below their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from mcp_server.board.rows import HEADINGS, TaskRow
from mcp_server.core.board.snapshot import COLUMNS, Column

WIDE = 100
"""From so many columns of characters on, the columns of the board stand side by side."""
MARKS = {"working": "green", "review": "yellow", "blocked": "red", "ready": "cyan", "waiting": "dim", "done": "dim"}


class TaskColumn(OptionList):
    """The tasks of one column; keeps its place when they change."""

    def __init__(self, column: Column) -> None:
        super().__init__(id=column, markup=False)
        self.column = column
        self._rows: list[TaskRow] = []

    @property
    def chosen(self) -> TaskRow | None:
        """The task that the cursor is on."""
        number = self.highlighted
        return self._rows[number] if number is not None and number < len(self._rows) else None

    def show(self, rows: Sequence[TaskRow], more: int) -> None:
        """Show these tasks, and that there are more."""
        self.border_title = f"{HEADINGS[self.column]} {len(rows) + more}"
        if rows == self._rows:
            return
        at = self.chosen.id if self.chosen is not None else None
        self._rows = list(rows)
        self.clear_options()
        self.add_options([Option(_card(row), id=row.id) for row in rows])
        if more:
            self.add_option(Option(f"… and {more} more", disabled=True))
        numbers = [number for number, row in enumerate(rows) if row.id == at]
        self.highlighted = numbers[0] if numbers else (0 if rows else None)


class Columns(Horizontal):
    """All columns, one of which has the focus."""

    class Moved(Message):
        """The cursor is on another task, or on none."""

    def __init__(self) -> None:
        super().__init__()
        self._lists = {column: TaskColumn(column) for column in COLUMNS}
        self.current: Column = "working"

    def compose(self) -> ComposeResult:
        """A list for each column."""
        yield from self._lists.values()

    @property
    def chosen(self) -> TaskRow | None:
        """The task that the cursor is on."""
        return self._lists[self.current].chosen

    def show(self, rows: Sequence[TaskRow], more: Mapping[Column, int]) -> None:
        """Show the tasks of all columns."""
        for name, column in self._lists.items():
            column.show([row for row in rows if row.column == name], more.get(name, 0))

    def step(self, by: int) -> None:
        """Go to another column, past those at the end."""
        self.go(COLUMNS[(COLUMNS.index(self.current) + by) % len(COLUMNS)])

    def go(self, name: Column) -> None:
        """Go to this column."""
        self.current = name
        for column in self._lists.values():
            column.set_class(column.column == name, "current")
        self._lists[name].focus()
        self.post_message(self.Moved())


class Names(Static):
    """The names of the columns with their counts, for a terminal that is too narrow to show them side by side."""

    def show(self, counts: Mapping[Column, int], current: Column) -> None:
        """Show them, the current one marked."""
        parts = [
            Text(f" {HEADINGS[name]} {counts.get(name, 0)} ", style="reverse" if name == current else MARKS[name])
            for name in COLUMNS
        ]
        self.update(Text(" ").join(parts))


def _card(row: TaskRow) -> Text:
    title = Text(f"{row.id} ", style="bold") + Text(row.title)
    below = [part for part in (row.holder, row.age if row.column != "ready" else "", row.work, row.usage) if part]
    text = title + (Text("\n  " + " · ".join(below), style=MARKS[row.column]) if below else Text())
    if row.column == "waiting" and row.waits_for:
        text += Text(f"\n  for {row.waits_for}", style="dim")
    for flag in row.flags:
        text += Text(f"\n  ! {flag}", style="red")
    return text
