"""What stands on the shared state's page, and the hand-overs that came or went as files, in memory."""

from __future__ import annotations

from collections.abc import Sequence

from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.messages import PERSON, Entry, EntryKind, Handover, Shown

VERSION = "page version"
LOST = "page lost"


class MemoryStatePage:
    """What the state knows of the shared state's page."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def version(self) -> int:
        """The version of the page that was written last."""
        return self._state.counters.get(VERSION, 0)

    def turn(self, version: int) -> None:
        """This version of the page is being written."""
        self._state.counters[VERSION] = version

    def here(self) -> list[Shown]:
        """The blocks that stand on the page, oldest first."""
        return sorted(
            (row for row in self._state.blocks.values() if row.place == "here"), key=lambda r: (r.entry, r.id)
        )

    def elsewhere(self, signs: Sequence[str]) -> list[Shown]:
        """Of the blocks with these signs those that do not stand there any more."""
        wanted = set(signs)
        return [row for row in self._state.blocks.values() if row.sign in wanted and row.place != "here"]

    def fresh(self) -> list[Entry]:
        """The entries that were never put on the page, oldest first."""
        known = self._state
        return [e for e in known.entries.values() if e.id not in known.in_blocks and e.id not in known.hidden]

    def statuses(self) -> set[int]:
        """The entries that hold a status now."""
        return {entry.id for entry in self._state.entries.values() if entry.kind == "status"}

    def take(self, agent_id: int, kind: EntryKind, text: str, revision: str | None, uncommitted: int | None) -> Entry:
        """Keep what a person wrote there; it replaces nothing."""
        author = self._state.name(agent_id)
        entry = Entry(self._state.count("entry"), self._state.now, author, kind, text, revision, uncommitted)
        self._state.entries[entry.id] = entry
        self._state.in_blocks[entry.id] = True
        return entry

    def put(self, entry: Entry, sign: str, text: str, version: int, place: str) -> None:
        """The entry's block stands on the page from this version on, or in an archive."""
        number = self._state.count("block")
        by_person = entry.author == PERSON
        row = Shown(number, entry.id, entry.at, entry.author, by_person, entry.kind, sign, text, version, "here")
        self._state.blocks[number] = _placed(row, place)
        if entry.id in self._state.entries:
            self._state.in_blocks[entry.id] = True

    def move(self, row: Shown) -> None:
        """The block is now where `row` says, and its entry is to be read or not."""
        self._state.blocks[row.id] = _placed(row._replace(hidden=False), row.place)
        self._state.hidden.pop(row.entry, None)
        if row.hidden:
            self._state.hidden[row.entry] = True

    def lose(self) -> bool:
        """There is no page any more; whether that was not known. What stood there is kept for the next one."""
        before = self._state.counters.get(LOST)
        self._state.counters[LOST] = self.version()
        return before != self.version()


class MemoryHandovers:
    """The hand-overs that came or went as files."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def open(self) -> list[Handover]:
        """Those whose file has not come to rest, oldest first."""
        return [handover for handover in self._state.handovers.values() if handover.place != "completed"]

    def arriving(self, sign: str) -> Handover | None:
        """The one whose file was read and not yet moved, or None."""
        return next((found for found in self.open() if found.place == "new" and found.sign == sign), None)

    def add(self, sign: str, message: int, task: str | None, name: str, place: str) -> None:
        """A hand-over, its message and the name that its file is to have."""
        number = self._state.count("handover")
        self._state.handovers[number] = _at(Handover(number, sign, message, task, name, "new"), place)

    def move(self, number: int, name: str, place: str) -> None:
        """Its file is now here, under this name."""
        self._state.handovers[number] = _at(self._state.handovers[number]._replace(name=name), place)


def _placed(row: Shown, place: str) -> Shown:
    found = row._replace(place=place)  # type: ignore[arg-type]  # one of three words
    return found if place == "here" else found._replace(text="")


def _at(handover: Handover, place: str) -> Handover:
    return handover._replace(place=place)  # type: ignore[arg-type]  # one of four words
