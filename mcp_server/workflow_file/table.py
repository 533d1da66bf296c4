"""A table of the file, that knows its place: what is wrong in it is named with the phase and the line."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from typing import Any

from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.workflow import placeholders


class Table:
    """A table of the file. `where` is its name for people, `text` the whole file, in which lines are looked up."""

    def __init__(self, where: str, said: dict[str, Any], text: str) -> None:
        self.where = where
        self.said = said
        self._text = text

    def named(self, where: str) -> Table:
        """The same table under another name."""
        return Table(where, self.said, self._text)

    def wrong(self, key: str, problem: str) -> Misuse:
        """The refusal of what stands under a key."""
        line = self._line(rf"^[ \t]*{re.escape(key)}[ \t]*=")
        return Misuse(f"{self._place(key)} {problem}{line}")

    def allow(self, *keys: str) -> None:
        """Refuse every key but these."""
        for key in self.said:
            if key not in keys:
                near = get_close_matches(key, keys, 1)
                hint = f"do you mean `{near[0]}`?" if near else f"there are {', '.join(keys)}"
                raise self.wrong(key, f"is not known here; {hint}")

    def know(self, text: str, known: Collection[str]) -> None:
        """Refuse a text with a placeholder of another name."""
        for name in placeholders.names(text):
            if name not in known:
                line = self._line(re.escape(f"{{{name}}}"))
                raise Misuse(
                    f"{self.where or 'the file'} has the placeholder {{{name}}}, which has no value there{line}. There "
                    f"are {', '.join(f'{{{one}}}' for one in sorted(known))}; for the text itself write {{{{{name}}}}}"
                )

    def table(self, key: str) -> Table:
        """The table under a key, empty if there is none."""
        said = self.said.get(key, {})
        if not isinstance(said, dict):
            raise self.wrong(key, f"must be a table, not {shown(said)}")
        return Table(self._place(key), said, self._text)

    def tables(self, key: str) -> list[Table]:
        """The tables in a list of them, empty if there is none."""
        said = self.said.get(key, [])
        if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
            raise self.wrong(key, f"must be written as sections [[{key}]]")
        singular = key.removesuffix("s")
        where = f"{self.where}, {singular}" if self.where else singular
        return [Table(f"{where} {number}", one, self._text) for number, one in enumerate(said, 1)]

    def line(self, key: str) -> str | None:
        """The text of one line under a key, or None."""
        said = self.said.get(key)
        if said is not None and (not isinstance(said, str) or not said.strip() or "\n" in said or "\0" in said):
            raise self.wrong(key, f"must be a text of one line, not {shown(said)}")
        return said

    def needed(self, key: str) -> str:
        """The text of one line that has to be under a key."""
        said = self.line(key)
        if said is None:
            raise self.wrong(key, "is missing")
        return said

    def paragraph(self, key: str) -> str | None:
        """The text under a key, or None."""
        said = self.said.get(key)
        if said is not None and (not isinstance(said, str) or not said.strip() or "\0" in said):
            raise self.wrong(key, f"must be a text, not {shown(said)}")
        return None if said is None else said.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts under a key; one text stands for a list of it."""
        said = self.said.get(key, [])
        listed = [said] if isinstance(said, str) else said
        if not isinstance(listed, list) or not all(_is_text(one) for one in listed):
            raise self.wrong(key, f"must be a list of texts, not {shown(said)}")
        return tuple(listed)

    def whole(self, key: str, least: int, most: int) -> int | None:
        """The whole number under a key, or None."""
        said = self.said.get(key)
        if said is not None and not is_whole(said, least, most):
            raise self.wrong(key, f"must be a whole number from {least:,} to {most:,}, not {shown(said)}")
        return said

    def one_of(self, key: str, choices: Collection[str]) -> str | None:
        """The word under a key, which is one of these, or None."""
        said = self.said.get(key)
        if said is not None and (not isinstance(said, str) or said not in choices):
            raise self.wrong(key, f"must be one of {', '.join(choices)}, not {shown(said)}")
        return said

    def _place(self, key: str) -> str:
        return f"{self.where}: {key}" if self.where else key

    def _line(self, form: str) -> str:
        """Where in the file that is, if it is there once."""
        found = [number for number, line in enumerate(self._text.split("\n"), 1) if re.search(form, line)]
        return f" (line {found[0]})" if len(found) == 1 else ""


def is_whole(value: object, least: int, most: int) -> bool:
    """Whether this is a whole number within bounds."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\n" not in value and "\0" not in value
