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
MOST_TITLES = 100


def remember(event: Event, title: str | None) -> None:
    """Keep the title of the event's session, if it has one; if it cannot be written, the agent gets another name.

    Where Interlock is not in use, `hooks/quiet-start` writes the same file in this folder, and nobody removes it.
    """
    file = _file(event)
    if file is None:
        return
    try:
        _make_room(os.path.dirname(file))
        if title is not None:
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


def _make_room(folder: str) -> None:
    private_folder(folder)
    files = [os.path.join(folder, name) for name in os.listdir(folder)]
    for file in sorted(files, key=os.path.getmtime)[:-MOST_TITLES]:
        os.unlink(file)


def _file(event: Event) -> str | None:
    data, session = event.plugin_data, event.session
    named_like_a_file = session.replace("-", "").isalnum()
    return os.path.join(data, FOLDER, session) if data and named_like_a_file else None
