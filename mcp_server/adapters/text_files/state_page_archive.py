"""What became too long for the shared state's page, in a file for each month beside it, which people edit as well."""

from __future__ import annotations

import os

from mcp_server.adapters.text_files.edited_file import EditedFile
from mcp_server.adapters.text_files.state_page_text import decoded, encoded
from mcp_server.state_page.rejoin import rejoin


def add(path: str, state: str, heading: str, text: str) -> None:
    """Append `text`, or write it below the heading in a new file. Idempotent.

    Refuses (Unfit) a file that is no text.
    """
    file = EditedFile(path, os.path.join(state, "archive.before"), decoded, lasting=True)
    if file.make(f"{heading}{text}".encode()):
        return
    look = file.read()
    stood = look.content if look is not None else b""
    wanted = encoded(_added(decoded(stood), text), like=stood)
    while wanted != stood and (displaced := file.place(wanted).content) != stood:
        with_saved = rejoin(decoded(wanted), decoded(stood), decoded(displaced))
        stood, wanted = wanted, encoded(with_saved, like=wanted)


def _added(before: str, text: str) -> str:
    gap = "\n" if before.endswith("\n") else "\n\n"
    return before if text in before else f"{before}{gap}{text}"
