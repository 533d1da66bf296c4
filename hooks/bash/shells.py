"""What a session's start does for its Bash commands: it makes their shells confine themselves, and cleans up."""

from __future__ import annotations

import os
import sys

from hooks.bash import kernel, session_env
from mcp_server import hook_app

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository


def prepare(event: Event, repository: Repository) -> None:
    """Prepare what a confined command needs; with a kernel that cannot confine, nothing is written anywhere."""
    if kernel.was_able(event.notes_folder) or kernel.remember(event.notes_folder):
        _set_up_shells(event, repository)
    if repository.in_use:
        hook_app.tidy(repository)


def _set_up_shells(event: Event, repository: Repository) -> None:
    """The client runs the text of this file ahead of every command; without a claim that is one test."""
    from mcp_server.sandbox import record

    file = event.shell_setup_file
    if not file:
        return
    commands, session = os.path.split(record.folder(repository.state, event.session))
    text = session_env.entry(commands, sys.executable, session=session)
    with open(file, "a+", encoding="utf-8", errors="surrogateescape") as handle:
        handle.seek(0)
        if text not in handle.read():
            handle.write(text)
