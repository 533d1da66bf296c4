"""Begins to answer the hooks of the session that started this process."""

from __future__ import annotations

import json
import sys

from hooks.event.event import plugin_file
from hooks.resident import peer
from hooks.resident.place import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hooks.resident.listener import Listener


def start(environment: Mapping[str, str]) -> Listener | None:
    """Listen for the hooks of the client that this environment names; None where that cannot be done safely.

    Without it each hook decides by itself, so a failure is only mentioned.
    """
    notes, client = environment.get("CLAUDE_PLUGIN_DATA"), environment.get("INTERLOCK_CLIENT_PID", "")
    if not notes or not client.isdecimal() or not peer.can_tell():
        return None
    from hooks.resident.listener import Listener

    try:
        return Listener(Place(notes, int(client), _version()), int(client))
    except OSError as error:
        print(f"interlock: hooks are answered by processes of their own: {error}", file=sys.stderr)
        return None


def _version() -> str:
    with open(plugin_file(".claude-plugin", "plugin.json"), encoding="utf-8") as manifest:
        return str(json.load(manifest)["version"])
