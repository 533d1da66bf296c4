"""What the task list said as text, in memory."""

from __future__ import annotations

from collections.abc import Iterator

from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.task_list import Seen, Version, kept


class MemoryTaskList:
    """The task list's book."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def seen(self) -> Seen:
        """The file and the event that the list and the tasks agreed on last, and the last event of all."""
        file, event = self._state.listed.get("task list", (None, -1))
        return Seen(file, event, max(self._state.events, default=0))

    def see(self, file: str | None, event: int) -> None:
        """The list, in this file, and the tasks agreed after this event."""
        self._state.listed["task list"] = (file, event)

    def keep(self, version: Version) -> None:
        """The newest version; older ones that are not worth their room are forgotten."""
        self._state.versions[self._state.count("list version")] = version
        newest = sorted(self._state.versions, reverse=True)
        for number in newest[kept([len(self._state.versions[number].text) for number in newest]) :]:
            del self._state.versions[number]

    def versions(self) -> Iterator[Version]:
        """The versions that are kept, newest first."""
        yield from [self._state.versions[number] for number in sorted(self._state.versions, reverse=True)]

    def widened(self, since: int) -> set[str]:
        """The tasks that were given a wider scope after this event."""
        return {event.subject for event in self._state.events.values() if event.id > since and event.kind == "widened"}
