"""What agents tell each other: entries of the shared state, messages, checkpoints, events."""

from __future__ import annotations

from typing import Literal, NamedTuple

EntryKind = Literal["status", "next", "learning"]


class Entry(NamedTuple):
    """A piece of the shared state with what was observed when it was written."""

    id: int
    at: float
    author: str
    kind: EntryKind
    text: str
    revision: str | None
    uncommitted: int | None


class Message(NamedTuple):
    """A message as its reader gets it; `sender` is None when Interlock itself speaks."""

    id: int
    at: float
    sender: str | None
    recipient: str
    subject: str
    body: str


class Checkpoint(NamedTuple):
    """A note kept with a task for whoever continues it."""

    at: float
    author: str
    text: str


class Event(NamedTuple):
    """An entry of the append-only log."""

    id: int
    at: float
    agent: str | None
    kind: str
    subject: str
    detail: str | None


class Call(NamedTuple):
    """A tool call that a hook announced: who makes it and from which directory."""

    agent: int
    directory: str
