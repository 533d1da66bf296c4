"""Merges that were begun, in memory."""

from __future__ import annotations

from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.merge import Begun


class MemoryLandings:
    """The landings' book."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def begin(self, landing: Begun) -> None:
        """This merge is about to move its base."""
        self._state.landings[landing.branch] = landing

    def pending(self) -> list[Begun]:
        """Those that have not ended."""
        return [self._state.landings[branch] for branch in sorted(self._state.landings)]

    def end(self, branch: str) -> None:
        """Nothing of it is left to be done."""
        self._state.landings.pop(branch, None)
