"""What a session's start does for its Bash commands: it makes their shells confine themselves, and cleans up."""

from __future__ import annotations

import os
import sys
from time import time

from hooks.bash import kernel, session_env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hooks.event.event import Event
    from mcp_server.adapters.host.repository import Repository


def prepare(event: Event, repository: Repository) -> None:
    """Prepare what a confined command needs; with a kernel that cannot confine, nothing is written anywhere."""
    if kernel.remember(event.notes_folder):
        _set_up_shells(event, repository)
    if repository.in_use:
        _clean_up(repository)


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


def _clean_up(repository: Repository) -> None:
    from mcp_server.adapters.git.runner import answer
    from mcp_server.adapters.host import edit_backups
    from mcp_server.sandbox import cleanup, ignored

    cleanup.sweep(repository.state)
    edit_backups.sweep(repository.state, time())
    ignored.refresh(repository.root, ignored.file_of(repository.state, repository.root), answer)
