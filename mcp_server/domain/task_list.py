"""The task list as text: the versions that it had, and when it and the tasks last agreed."""

from __future__ import annotations

from typing import NamedTuple

from mcp_server.domain.errors import InterlockError

MOST_VERSIONS = 32
MOST_BYTES = 4_000_000
"""Of all kept versions together, though the newest two stay whatever their length."""


class Version(NamedTuple):
    """What the list said after `event`; `ours` when Interlock wrote it so, not only read it."""

    text: bytes
    event: int
    ours: bool


class Found(NamedTuple):
    """What the file says, and its signature at that time."""

    content: bytes
    signature: str


class Placed(NamedTuple):
    """The file's signature now that it was replaced; `displaced` is what it said, if that was not what was read."""

    signature: str
    displaced: bytes | None


class Unusable(InterlockError):
    """The list can't be read or written as it stands. The message says why; the tasks are as they were."""


class Seen(NamedTuple):
    """The file, by its signature, and the event at which list and tasks agreed; `latest` is the last event of all."""

    file: str | None
    event: int
    latest: int


def kept(lengths: list[int]) -> int:
    """How many versions of these lengths, newest first, are worth their room."""
    room = MOST_BYTES
    for number, length in enumerate(lengths[:MOST_VERSIONS]):
        room -= length
        if room < 0 and number >= 2:
            return number
    return min(len(lengths), MOST_VERSIONS)
