"""The titles of sessions. The client passes them when a session starts, perhaps long before its repository is in use.

They are kept in the plugin's data folder until the session ends: nothing may be written into a repository unasked.
"""

from __future__ import annotations

import os

from mcp_server.adapters.host.atomic_write import private, private_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event

FOLDER = "titles"


def remember(event: Event, title: str) -> None:
    """Keep the title of the event's session; if it cannot be written, the agent gets another name."""
    file = _file(event)
    if file is None:
        return
    try:
        private_folder(os.path.dirname(file))
        with open(file, "w", encoding="utf-8", opener=private) as handle:
            handle.write(title)
    except (OSError, ValueError):
        pass


def recall(event: Event) -> str | None:
    """The title that the session started with, or None."""
    file = _file(event)
    try:
        with open(file or os.devnull, encoding="utf-8") as handle:
            return handle.read() or None
    except (OSError, ValueError):
        return None


def forget(event: Event) -> None:
    """The session has ended."""
    file = _file(event)
    if file is not None and os.path.exists(file):
        os.unlink(file)


def _file(event: Event) -> str | None:
    data, session = event.plugin_data, event.session
    named_like_a_file = session.replace("-", "").isalnum()
    return os.path.join(data, FOLDER, session) if data and named_like_a_file else None
