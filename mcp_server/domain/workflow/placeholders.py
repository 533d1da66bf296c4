"""Placeholders: `{item}`, `{item.stem}`, `{run}` and the parameters of a workflow, in the texts of its templates.

`{{name}}` is the text `{name}`. What no placeholder looks like stays as it is: `{a,b}` in a pattern, `${HOME}` and
`{print $1}` in a command.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Mapping

from mcp_server.domain.errors import Misuse

_NAME = r"[a-z][a-z0-9_]*(?:\.[a-z]+)?"
_FORM = re.compile(rf"\{{\{{({_NAME})\}}\}}|(?<![$\\])\{{({_NAME})\}}")
_QUOTED = re.compile(r"`([^`]*)`")
_WILD = re.compile(r"[*?\[{}]")

ITEM = ("item", "item.name", "item.stem", "item.ext", "item.dir")
RUN = ("run", "workflow")
TASK = (*RUN, "phase", "number")
"""What there is in each task, in addition to the item; `number` counts the tasks of its phase from 1."""

Values = Mapping[str, str]


def names(text: str) -> list[str]:
    """The placeholders in a text."""
    return [found[2] for found in _FORM.finditer(text) if found[2]]


def fill(text: str, values: Values, *, spelled: Callable[[str, str], str] = lambda _name, value: value) -> str:
    """The text with the values in their places, each as it is `spelled` there; refuses (Misuse) an unknown name."""

    def value(found: re.Match[str]) -> str:
        if found[1]:
            return f"{{{found[1]}}}"
        if found[2] not in values:
            raise Misuse(f"there is no value for {{{found[2]}}}: there are {', '.join(values)}")
        return spelled(found[2], values[found[2]])

    return _FORM.sub(value, text)


def fill_scope(text: str, values: Values) -> str:
    """A pattern with the values in their places. An item is a path, so that what is a wildcard in it stands for itself;
    a parameter is a pattern.
    """
    return fill(text, values, spelled=lambda name, value: literal(value) if name in ITEM else value)


def fill_words(text: str, values: Values) -> str:
    """A text for agents; in the commands between its backticks items are quoted for the shell."""
    parts = _QUOTED.split(text)
    for at, part in enumerate(parts):
        parts[at] = fill_command(part, values) if at % 2 else fill(part, values)
    return "".join(f"`{part}`" if at % 2 else part for at, part in enumerate(parts))


def fill_command(text: str, values: Values) -> str:
    """A command with the values in their places, items quoted for the shell; parameters are parts of the command."""
    return fill(text, values, spelled=lambda name, value: shlex.quote(value) if name in ITEM else value)


def of_item(item: str) -> dict[str, str]:
    """The values of an item: itself, and for a path its name, the name without its ending, the ending, its folder."""
    folder, _, name = item.rstrip("/").rpartition("/")
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    return dict(zip(ITEM, (item, name, stem, f"{dot}{ending}", folder or "."), strict=True))


def escaped(text: str) -> str:
    """A text in which nothing is taken for a placeholder."""
    return _FORM.sub(lambda found: f"{{{found[0]}}}", text)


def literal(path: str) -> str:
    """A pattern that covers this very path, whatever characters it has."""
    return _WILD.sub(lambda found: f"[{found[0]}]", path)
