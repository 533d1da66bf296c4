"""The scopes as a tree of folders: which task may write where."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from mcp_server.board.rows import TaskRow
from mcp_server.core.board.snapshot import Column, TaskCard

SHOWN: tuple[Column, ...] = ("working", "review", "ready", "blocked", "waiting")
MOST = 200
"""Folders and patterns on the map."""


class Mark(NamedTuple):
    """A task on the map."""

    id: str
    title: str
    column: Column
    holder: str


class Folder(NamedTuple):
    """A folder or a pattern, the tasks whose scope begins there, and what lies in it."""

    name: str
    marks: tuple[Mark, ...]
    inside: tuple[Folder, ...]


class _Growing:
    def __init__(self) -> None:
        self.marks: list[Mark] = []
        self.inside: dict[str, _Growing] = {}


def scope_map(cards: Iterable[TaskCard], rows: Iterable[TaskRow]) -> tuple[Folder, ...]:
    """The tree over all scopes of open tasks. Folders with one thing in them are drawn together with it."""
    root = _Growing()
    room = MOST
    for card, row in zip(cards, rows, strict=True):
        if card.column not in SHOWN:
            continue
        mark = Mark(row.id, row.title, row.column, row.holder)
        for pattern in card.task.scope:
            if room and not pattern.startswith("!"):
                room -= 1
                _put(root, pattern, mark)
    return _grown(root)


def _put(at: _Growing, pattern: str, mark: Mark) -> None:
    for part in pattern.strip("/").split("/"):
        if part == "**":
            break
        at = at.inside.setdefault(part, _Growing())
    at.marks.append(mark)


def _grown(growing: _Growing) -> tuple[Folder, ...]:
    return tuple(_folder(name, inside) for name, inside in sorted(growing.inside.items()))


def _folder(name: str, growing: _Growing) -> Folder:
    while not growing.marks and len(growing.inside) == 1:
        [(inner, growing)] = growing.inside.items()
        name = f"{name}/{inner}"
    return Folder(name, tuple(growing.marks), _grown(growing))
