"""What agents tell each other: entries of the shared state, messages, checkpoints, events."""

from __future__ import annotations

from typing import Literal, NamedTuple

EntryKind = Literal["status", "next", "learning"]
PERSON = "a person"
"""The author of what somebody wrote into the page of the shared state; no agent can be called that."""


class Entry(NamedTuple):
    """A piece of the shared state with what was observed when it was written.

    `doubt` says what spoke against it then: it claims that something is finished.
    """

    id: int
    at: float
    author: str
    kind: EntryKind
    text: str
    revision: str | None
    uncommitted: int | None
    doubt: str | None = None


class Shown(NamedTuple):
    """What the state knows of a block of the shared state's page: whose entry it is, and where it is now.

    `version` is the page's when it came there or left it. `hidden` says that the entry is no longer to be read.
    """

    id: int
    entry: int
    at: float
    author: str
    by_person: bool
    kind: EntryKind
    sign: str
    text: str
    version: int
    place: Literal["here", "archived", "gone"]
    hidden: bool = False


class LastTests(NamedTuple):
    """The last command of an agent that ran tests, and whether it failed."""

    command: str
    failed: bool
    at: float


class LastFailure(NamedTuple):
    """The last command of an agent that failed and has not gone well since."""

    command: str
    at: float


class Message(NamedTuple):
    """A message as its reader gets it; `sender` is None when Interlock itself speaks, `times` how often it was sent."""

    id: int
    at: float
    sender: str | None
    recipient: str
    subject: str
    body: str
    times: int = 1


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


class Handover(NamedTuple):
    """A hand-over that came or went as a file: its message, the task it is about, and where the file is.

    `sign` is that of the file's folder, name and text. `place` is `new` until the file was moved to `name`.
    """

    id: int
    sign: str
    message: int
    task: str | None
    name: str
    place: Literal["new", "in_progress", "completed", "sent"]


class Arrival(NamedTuple):
    """A file in somebody's folder of hand-overs: its text, or why it cannot be read."""

    reader: str
    name: str
    text: str | None
    trouble: str | None


class ToolCall(NamedTuple):
    """A tool call that a hook announced: who makes it and from which directory."""

    agent: int
    directory: str
