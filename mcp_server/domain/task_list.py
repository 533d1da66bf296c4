"""The task list as text: its versions, and when it and the tasks last agreed."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.errors import InterlockError

MOST_VERSIONS = 32
MOST_BYTES = 4_000_000
"""For all kept versions together; the newest two are kept whatever their length."""


class Version(NamedTuple):
    """The text of the list after `event`; `ours` when Interlock wrote it."""

    text: bytes
    event: int
    ours: bool


class Found(NamedTuple):
    """The contents of the file, and its signature at that time."""

    content: bytes
    signature: str


class Placed(NamedTuple):
    """The signature of the new file; `displaced` is what the old one contained, if that was not what was read."""

    signature: str
    displaced: bytes | None


class Unusable(InterlockError):
    """The list can't be read or written as it is. The message says why; the tasks are unchanged."""


class Seen(NamedTuple):
    """The signature of the file and the event at which list and tasks agreed; `latest` is the last event of all."""

    file: str | None
    event: int
    latest: int


class Trouble(NamedTuple):
    """What is wrong with the list, in words; it is over when one of `tasks` is no longer open."""

    words: str
    tasks: tuple[str, ...]


def kept(lengths: list[int]) -> int:
    """How many versions of these lengths, newest first, to keep."""
    room = MOST_BYTES
    for number, length in enumerate(lengths[:MOST_VERSIONS]):
        room -= length
        if room < 0 and number >= 2:
            return number
    return min(len(lengths), MOST_VERSIONS)
