"""What agents write for each other: entries of the shared state, messages, checkpoints, events."""

from __future__ import annotations

from mcp_server.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    EntryKind = Literal["status", "next", "learning"]
else:  # nothing looks at it while it runs
    EntryKind = str

PERSON = "a person"
"""The author of what people write on the state page; no agent can have this name."""


class Entry(NamedTuple):
    """An entry of the shared state with what was observed when it was written.

    `doubt` is the evidence at that time against its claim that something is finished.
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
    """What is recorded of a block on the state page: its entry, its author, and where it is now.

    `version` is that of the page when the block was added or removed. `hidden`: the entry is no longer shown.
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
    """The last command of an agent that failed and has not succeeded since."""

    command: str
    at: float


class Message(NamedTuple):
    """A message as its reader gets it; `sender` is None for Interlock itself, `times` how often it was sent."""

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
    """A hand-over that was imported from a file or exported to one: its message, its task, and where the file is.

    `sign` is a hash of the file's folder, name and text. `place` is `new` until the file was moved to `name`.
    """

    id: int
    sign: str
    message: int
    task: str | None
    name: str
    place: Literal["new", "in_progress", "completed", "sent"]


class Arrival(NamedTuple):
    """A file in a reader's folder of hand-overs: its text, or why it can't be read."""

    reader: str
    name: str
    text: str | None
    trouble: str | None


class ToolCall(NamedTuple):
    """A tool call that a hook announced: the calling agent and its directory."""

    agent: int
    directory: str
