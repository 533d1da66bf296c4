"""A request: a text file that somebody put into the inbox, and the task that it asks for."""

from __future__ import annotations

import re
from typing import NamedTuple

from mcp_server.domain.assignment.routing import LOCAL, TIERS
from mcp_server.domain.errors import Misuse, shown
from mcp_server.domain.text import clip

FENCE = "---"
LISTS = ("scope", "depends_on", "resources", "capabilities")
WORDS = ("title", "tier", "role", "done_when")
NUMBERS = ("priority", "budget")
_KEY = re.compile(r"([A-Za-z_]+)\s*:\s*(.*)")
_ITEM = re.compile(r"\s+-\s+(.*)")
_BETWEEN = re.compile(r",(?![^{]*\})")
LONGEST_TITLE = 200


class Request(NamedTuple):
    """A file that was taken: its name and stamp then, the task that it became, and what was answered.

    `kept_as` is its name among the files that were taken, None until it has been moved there; `told` is the state of
    the task that was last written to the outbox. Without a `task` it could not be understood.
    """

    id: int
    name: str
    stamp: str
    task: str | None
    taken_at: float
    kept_as: str | None = None
    told: str | None = None
    trouble: str | None = None


class Arrived(NamedTuple):
    """A file in the inbox. `text` is None if it can't be read, and `trouble` says why."""

    name: str
    stamp: str
    text: str | None
    trouble: str | None = None


class Asked(NamedTuple):
    """What a file asks for. `ignored` are keys that mean nothing here."""

    title: str
    text: str
    fields: dict[str, str | int | tuple[str, ...]]
    ignored: tuple[str, ...] = ()


def asked(text: str) -> Asked:
    """What the text asks for: its first line is the title, `key: value` lines above or right below it say more.

    Refuses (Misuse) an empty text, and a value that can't be what its key wants.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    said, rest = _fenced(lines)
    while rest and not rest[0].strip():
        rest = rest[1:]
    if "title" in said:
        title = said.pop("title")
    else:
        title, rest = (_plain(rest[0]), rest[1:]) if rest else ("", [])
        below, rest = _below(rest)
        said = {**said, **below}
    if not title:
        raise Misuse("it is empty: its first line says what is to be done")
    known = {key: _value(key, value) for key, value in said.items() if key in (*LISTS, *WORDS, *NUMBERS)}
    return Asked(clip(title, LONGEST_TITLE), text.strip(), known, tuple(sorted(said.keys() - known.keys())))


def _fenced(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """What stands between two lines `---` at the beginning, and what comes after it."""
    if lines[0].strip() != FENCE or FENCE not in (line.strip() for line in lines[1:]):
        return {}, lines
    end = next(number for number, line in enumerate(lines) if number and line.strip() == FENCE)
    return _keys(lines[1:end]), lines[end + 1 :]


def _below(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The lines right below the title that have one of our keys."""
    end = 0
    while end < len(lines) and (_item_of(lines, end) or _known_key(lines[end])):
        end += 1
    return _keys(lines[:end]), lines[end:]


def _item_of(lines: list[str], number: int) -> bool:
    return number > 0 and _ITEM.fullmatch(lines[number]) is not None


def _known_key(line: str) -> bool:
    found = _KEY.fullmatch(line.strip())
    return found is not None and found[1].lower() in (*LISTS, *WORDS[1:], *NUMBERS)


def _keys(lines: list[str]) -> dict[str, str]:
    said: dict[str, str] = {}
    key = ""
    for line in lines:
        item, pair = _ITEM.fullmatch(line), _KEY.fullmatch(line.strip())
        if item is not None and key:
            said[key] = ",".join(filter(None, (said[key], _bare(item[1]))))
        elif pair is not None:
            key = pair[1].lower()
            said[key] = _bare(pair[2])
    return said


def _value(key: str, text: str) -> str | int | tuple[str, ...]:
    if key in NUMBERS:
        if not re.fullmatch(r"-?\d{1,12}", text.replace("_", "")):
            raise Misuse(f"{key} must be a whole number, not {shown(text)}")
        return int(text)
    if key in LISTS:
        inner = text[1:-1] if text.startswith("[") and text.endswith("]") and "," in text else text
        return tuple(part for word in _BETWEEN.split(inner) if (part := _bare(word)))
    if key == "tier" and text not in (*TIERS, LOCAL):
        raise Misuse(f"tier must be one of {', '.join((*TIERS, LOCAL))}, not {shown(text)}")
    return text


def _bare(text: str) -> str:
    stripped = text.strip()
    quoted = len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'`"
    return stripped[1:-1] if quoted else stripped


def _plain(line: str) -> str:
    """A first line without the marks of a heading or of a list."""
    return " ".join(re.sub(r"^\s*(#{1,6}\s+|[-*]\s+(\[.\]\s+)?|>\s+)", "", line).split())
