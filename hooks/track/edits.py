"""After an edit: a file that is what it was before, and failures that are not mere repetitions any more."""

from __future__ import annotations

import os

from mcp_server.adapters.host.file_stamp import sign

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.domain.decision import AgentRights
    from mcp_server.hook_app import HookStore


def after_edit(store: HookStore, path: str, rights: AgentRights, before: str) -> str:
    """What an agent with a claim is told of an edit of this path, which is recorded; empty for nothing.

    `before` is the sign of what the file contained, empty for none.
    """
    found = sign(os.path.join(store.repository.root, path))
    if found is None or found == before:
        return ""
    from mcp_server.core.off_track import signs
    from mcp_server.domain.heuristics.edits import bears_on

    attempt = signs.attempt_of(rights.family[0], rights.leases)
    if attempt is None:
        return ""
    with store.writing():
        is_new, returns = store.tracks.edited(attempt, path, before or None, found)
        if is_new:
            for command, line in store.tracks.failing(attempt):
                if bears_on(path, command, line):
                    store.tracks.changed(attempt, command, line)
        return signs.after_return(store.tracks, attempt, path, returns)
