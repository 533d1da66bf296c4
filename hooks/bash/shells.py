"""What a session's start does for its Bash commands: their shells learn how to be held, and old traces are put away."""

from __future__ import annotations

import os
import sys
from time import time

from hooks.bash import kernel, session_env

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository


def prepare(repository: Repository) -> None:
    """Make ready what a command needs that the kernel holds; without a kernel that can, nothing is left anywhere."""
    if kernel.remember():
        _tell_shells(repository)
    if repository.in_use:
        _put_away(repository)


def _tell_shells(repository: Repository) -> None:
    """The client runs what is in this file ahead of every command; until somebody has a claim that is one question."""
    from mcp_server.sandbox import record

    file = os.environ.get("CLAUDE_ENV_FILE")
    if not file:
        return
    text = session_env.entry(os.path.join(repository.state, record.RECORDS), sys.executable)
    with open(file, "a+", encoding="utf-8", errors="surrogateescape") as handle:
        handle.seek(0)
        if text not in handle.read():
            handle.write(text)


def _put_away(repository: Repository) -> None:
    from mcp_server.adapters.host import edit_backups
    from mcp_server.sandbox import cleanup, ignored

    cleanup.sweep(repository.state)
    edit_backups.sweep(repository.state, time())
    ignored.refresh(repository.root, ignored.file_of(repository.state, repository.root))
