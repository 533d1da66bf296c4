"""The titles of sessions. The client passes them when a session starts, perhaps long before its repository is in use.

They are kept in the plugin's data folder until the session ends: nothing may be written into a repository unasked.
"""

from __future__ import annotations

import os

from hooks.event.event import plugin_data

FOLDER = "titles"


def remember(session: str, title: str) -> None:
    """Keep the title of a session; if it cannot be written, the agent gets another name."""
    file = _file(session)
    if file is None:
        return
    try:
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w", encoding="utf-8") as handle:
            handle.write(title)
    except (OSError, ValueError):
        pass


def recall(session: str) -> str | None:
    """The title that the session started with, or None."""
    file = _file(session)
    try:
        with open(file or os.devnull, encoding="utf-8") as handle:
            return handle.read() or None
    except (OSError, ValueError):
        return None


def forget(session: str) -> None:
    """The session has ended."""
    file = _file(session)
    if file is not None and os.path.exists(file):
        os.unlink(file)


def _file(session: str) -> str | None:
    data = plugin_data()
    named_like_a_file = session.replace("-", "").isalnum()
    return os.path.join(data, FOLDER, session) if data and named_like_a_file else None
