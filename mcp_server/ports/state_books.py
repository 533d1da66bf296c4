"""The books of what agents and people tell each other, and of its text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from mcp_server.domain.messages import Entry, EntryKind, Handover, Message, Shown
from mcp_server.domain.task_list import Seen, Trouble, Version


class TaskList(Protocol):
    """What the task list said as text, lately, and the file that was seen to say it."""

    def seen(self) -> Seen:
        """The file and the event that the list and the tasks agreed on last, and the last event of all."""

    def see(self, file: str | None, event: int) -> None:
        """The list, in this file, and the tasks agreed after this event."""

    def troubles(self) -> list[Trouble]:
        """What is wrong with the list as it was read last."""

    def note_troubles(self, troubles: Sequence[Trouble]) -> None:
        """That is what is wrong with it now."""

    def keep(self, version: Version) -> None:
        """The newest version. Older ones are forgotten when there are too many of them, or too long ones."""

    def versions(self) -> Iterator[Version]:
        """The versions that are kept, newest first."""

    def widened(self, since: int) -> set[str]:
        """The tasks that were given a wider scope after this event."""


class Shared(Protocol):
    """The shared state and the messages."""

    def write(
        self,
        agent_id: int,
        kind: EntryKind,
        text: str,
        revision: str | None,
        uncommitted: int | None,
        doubt: str | None = None,
    ) -> Entry: ...
    def entries(self, since: float | None) -> list[Entry]: ...
    def newest(self, most: int) -> tuple[list[Entry], int]:
        """The newest entries of each kind, oldest first, and how many others there are."""

    def send(
        self,
        sender: int | None,
        recipient: str,
        readers: Sequence[int],
        subject: str,
        body: str,
        *,
        task: int | None = None,
    ) -> int: ...
    def inbox(self, agent_id: int, *, unread_only: bool, limit: int) -> list[Message]: ...
    def read(self, agent_id: int, message_ids: Sequence[int]) -> None: ...
    def hand_on(self, task_seq: int, agent_id: int) -> None:
        """Give the messages to a task without a holder to its new holder."""

    def await_holder(self, message_ids: Sequence[int], task_seq: int) -> None:
        """Give these messages to the next holder of a task as well."""

    def unread(self, agent_id: int) -> list[Message]:
        """The messages to this agent that it has neither read nor been shown, oldest first."""

    def unread_counts(self) -> dict[int, int]:
        """How many messages each agent that has not ended has neither read nor been shown; only those with any."""

    def was_read(self, message_id: int) -> bool:
        """Whether somebody has read this message."""


class StatePage(Protocol):
    """What the state knows of the state page. Changed only under the page's lock."""

    def version(self) -> int: ...
    def here(self) -> list[Shown]:
        """The blocks on the page, oldest first."""

    def elsewhere(self, signs: Sequence[str]) -> list[Shown]:
        """Of the blocks with these signs those that are no longer on the page."""

    def fresh(self) -> list[Entry]:
        """The entries that were never on the page, oldest first."""

    def statuses(self) -> set[int]:
        """The entries that hold a status now."""

    def take(self, agent_id: int, kind: EntryKind, text: str, revision: str | None, uncommitted: int | None) -> Entry:
        """Keep what a person wrote there; it replaces nothing."""

    def put(self, entry: Entry, sign: str, text: str, version: int, place: str) -> None:
        """Record that the entry's block is on the page from this version on, or in an archive."""

    def move(self, row: Shown) -> None:
        """The block is now where `row` says, and its entry is to be read or not."""

    def lose(self) -> bool:
        """Record that the page is gone; whether that was news. Its blocks are kept for the next one."""

    def set_version(self, version: int) -> None: ...


class Handovers(Protocol):
    """The hand-overs that came or went as files."""

    def open(self) -> list[Handover]:
        """Those whose file is not in its final place, oldest first."""

    def arriving(self, sign: str) -> Handover | None:
        """The one whose file was read and not yet moved, or None."""

    def add(self, sign: str, message: int, task: str | None, name: str, place: str) -> None: ...
    def move(self, number: int, name: str, place: str) -> None: ...


class Retention(Protocol):
    """What is too old to be kept."""

    def forget(self, before: float, *, most_events: int, step: int) -> int:
        """Forget at most about `step` rows of each kind that are older; how many that were.

        Events beyond the newest `most_events` go too. What anybody may still need stays: leases, open tasks and their
        notes, the shared state, and the agents that these name.
        """
