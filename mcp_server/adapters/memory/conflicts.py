"""Conflicts between branches, in memory."""

from __future__ import annotations

from collections.abc import Iterable

from mcp_server.adapters.memory.tables import MemoryState
from mcp_server.domain.conflict import Conflict, Known


class MemoryConflicts:
    """The conflicts' book."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def all(self) -> list[Known]:
        """Every conflict that was found, over or not, by the branches' names and the path."""
        return [self._state.conflicts[key] for key in sorted(self._state.conflicts)]

    def find(self, ours: str, theirs: str, conflict: Conflict) -> None:
        """It is there, as it stands now."""
        key = (ours, theirs, conflict.path)
        was = self._state.conflicts.get(key)
        since = was.found_at if was is not None and was.is_open else self._state.now
        self._state.conflicts[key] = Known(ours, theirs, conflict, since, told=was.told if was is not None else None)

    def close(self, ours: str, theirs: str, path: str) -> None:
        """It is over."""
        self._change((ours, theirs, path), is_open=False)

    def tell(self, ours: str, theirs: str, path: str) -> None:
        """The agents are told of it as it stands."""
        found = self._state.conflicts.get((ours, theirs, path))
        if found is not None:
            self._change((ours, theirs, path), told=found.conflict.sign)

    def keep(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Forget those of all other pairs."""
        kept = set(pairs)
        self._state.conflicts = {key: found for key, found in self._state.conflicts.items() if found.pair in kept}

    def _change(self, key: tuple[str, str, str], **fields: object) -> None:
        if key in self._state.conflicts:
            self._state.conflicts[key] = self._state.conflicts[key]._replace(**fields)  # type: ignore[arg-type]  # named above
