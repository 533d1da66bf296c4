"""Begins to answer the hooks of the session that started this process."""

from __future__ import annotations

import sys

from hooks.resident import peer
from hooks.resident.place import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


class Resident:
    """The session's hooks are answered here, from `listen` until `leave`; `client` is its process, 0 if unknown."""

    def __init__(self, environment: Mapping[str, str], version: str) -> None:
        notes, client = environment.get("CLAUDE_PLUGIN_DATA"), environment.get("INTERLOCK_CLIENT_PID", "")
        self.client = int(client) if client.isdecimal() else 0
        self._place = (
            Place(notes, self.client, version) if notes and self.client and peer.can_tell(self.client) else None
        )

    def listen(self) -> None:
        """Listen for hooks, where that can be done safely.

        Without it each hook decides by itself, so a failure is only mentioned.
        """
        if self._place is None:
            return
        from hooks.resident.listener import Listener

        try:
            Listener(self._place, self.client)
        except OSError as error:
            print(f"interlock: hooks are answered by processes of their own: {error}", file=sys.stderr)

    def leave(self) -> None:
        """Leave no socket behind; may be called at any time."""
        if self._place is not None:
            self._place.leave()
