"""What a person sees on a terminal into which a program has written."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

_TOKEN = re.compile(
    r"\x1b\[(?P<parameters>[0-?]*)[ -/]*(?P<final>[@-~])"
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\)"
    r"|\x1b[ -/]*[0-OQ-WYZ`-~=>]"
    r"|(?P<control>[\x00-\x1a\x1c-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)


class Screen:
    """The text of a terminal of `rows` by `columns`, with what has scrolled away; colours are left out."""

    def __init__(self, rows: int, columns: int) -> None:
        self._rows, self._columns = rows, columns
        self._lines = [[" "] * columns for _ in range(rows)]
        self._scrolled: list[str] = []
        self._row = self._column = 0
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    @property
    def text(self) -> str:
        """Everything that was ever on the screen, oldest first."""
        return "\n".join([*self._scrolled, *("".join(line).rstrip() for line in self._lines)])

    def feed(self, data: bytes) -> None:
        """Show what the program has written; a sequence may come in pieces."""
        self._rest += self._decoder.decode(data)
        while token := _TOKEN.match(self._rest):
            self._rest = self._rest[token.end() :]
            if token["text"]:
                self._write(token["text"])
            elif token["control"]:
                self._control(token["control"])
            elif token["final"] and re.fullmatch(r"[\d;]*", token["parameters"]):
                self._command(token["final"], [int(part or 0) for part in token["parameters"].split(";")])

    def _write(self, text: str) -> None:
        for character in text:
            if self._column == self._columns:
                self._column = 0
                self._line_feed()
            self._lines[self._row][self._column] = character
            self._column += 1

    def _control(self, control: str) -> None:
        match control:
            case "\n":
                self._line_feed()
            case "\r":
                self._column = 0
            case "\b":
                self._column = max(0, self._column - 1)

    def _line_feed(self) -> None:
        if self._row < self._rows - 1:
            self._row += 1
            return
        self._scrolled.append("".join(self._lines.pop(0)).rstrip())
        self._lines.append([" "] * self._columns)

    def _command(self, final: str, parameters: list[int]) -> None:
        if command := _COMMANDS.get(final):
            command(self, parameters or [0])

    def _move(self, row: int, column: int) -> None:
        self._row = min(max(row, 0), self._rows - 1)
        self._column = min(max(column, 0), self._columns - 1)

    def _erase(self, first: int, last: int) -> None:
        # Positions count through the whole screen, row by row.
        for position in range(first, last):
            self._lines[position // self._columns][position % self._columns] = " "

    def _erase_display(self, part: int) -> None:
        here, size = self._row * self._columns + self._column, self._rows * self._columns
        self._erase(here if part == 0 else 0, here + 1 if part == 1 else size)

    def _erase_line(self, part: int) -> None:
        start, here = self._row * self._columns, self._row * self._columns + self._column
        self._erase(here if part == 0 else start, here + 1 if part == 1 else start + self._columns)


_Command = Callable[[Screen, list[int]], None]


def _by(rows: int, columns: int) -> _Command:
    return lambda at, given: at._move(at._row + rows * max(given[0], 1), at._column + columns * max(given[0], 1))


def _place(at: Screen, given: list[int]) -> None:
    at._move(max(given[0], 1) - 1, max((*given, 1)[1], 1) - 1)


_COMMANDS: dict[str, _Command] = {
    "A": _by(-1, 0),
    "B": _by(1, 0),
    "C": _by(0, 1),
    "D": _by(0, -1),
    "E": lambda at, given: at._move(at._row + max(given[0], 1), 0),
    "F": lambda at, given: at._move(at._row - max(given[0], 1), 0),
    "G": lambda at, given: at._move(at._row, max(given[0], 1) - 1),
    "d": lambda at, given: at._move(max(given[0], 1) - 1, at._column),
    "H": _place,
    "f": _place,
    "J": lambda at, given: at._erase_display(given[0]),
    "K": lambda at, given: at._erase_line(given[0]),
}
