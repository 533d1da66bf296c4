"""The mode that a person switched to, whatever the settings file says. On the hot path of a hook.

It needs no database, so it can switch off a guard whose database is broken.
"""

from __future__ import annotations

import os

from mcp_server.adapters.host.file_stamp import text_of

MODE = "mode"


def mode_override(state: str) -> str | None:
    """The mode that `interlock mode` set, or None."""
    return text_of(os.path.join(state, MODE)).strip() or None


def switch_mode(state: str, mode: str | None) -> None:
    """Set the mode for the whole repository at once; None goes back to the settings file."""
    from mcp_server.adapters.host.atomic_write import remove, replace

    file = os.path.join(state, MODE)
    if mode is None:
        remove(file)
    else:
        replace(file, f"{mode}\n".encode())
