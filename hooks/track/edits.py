"""After an edit: a file that is what it was before, and failures that are not just repeated any more."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.domain.decision import AgentRights
    from mcp_server.hook_app import HookStore

LARGEST = 1_000_000


def after_edit(event: Event, store: HookStore, path: str, rights: AgentRights) -> str:
    """What an agent with a claim is told of an edit of this path, which is recorded; empty for nothing."""
    sign = _sign_of_file(os.path.join(store.repository.root, path))
    if sign is None:
        return ""
    from mcp_server.core.off_track import signs
    from mcp_server.domain.heuristics.edits import bears_on

    attempt = signs.attempt_of(rights.family[0], rights.leases)
    if attempt is None:
        return ""
    with store.writing():
        is_new, returns = store.tracks.edited(attempt, path, _sign_of_text(event.content_before), sign)
        if is_new:
            for command, line in store.tracks.failing(attempt):
                if bears_on(path, command, line):
                    store.tracks.changed(attempt, command, line)
        return signs.after_return(store.tracks, attempt, path, returns)


def _sign_of_file(file: str) -> str | None:
    """The sign of what a file contains; None for one that is gone, or too large."""
    try:
        if os.path.getsize(file) > LARGEST:
            return None
        with open(file, "rb") as given:
            return _sign(given.read())
    except OSError:
        return None


def _sign_of_text(text: str | None) -> str | None:
    return None if text is None else _sign(text.encode("utf-8", "surrogatepass"))


def _sign(content: bytes) -> str:
    from zlib import crc32

    return f"{crc32(content):08x}-{len(content)}"
