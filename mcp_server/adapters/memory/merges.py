"""Merges that were begun, in memory."""

from __future__ import annotations

from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.merge import PendingMerge


class MemoryPendingMerges:
    """The landings' book."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def begin(self, landing: PendingMerge) -> None:
        """This merge is about to move its base."""
        self._state.pending_merges[landing.branch] = landing

    def pending(self) -> list[PendingMerge]:
        """Those that have not ended."""
        return [self._state.pending_merges[branch] for branch in sorted(self._state.pending_merges)]

    def end(self, branch: str) -> None:
        """Nothing of it is left to be done."""
        self._state.pending_merges.pop(branch, None)
