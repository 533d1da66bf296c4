"""Searches for conflicts between branches again when a checkout's HEAD has moved since the last search."""

from __future__ import annotations

import sys

from hooks.event.event import plugin_file
from mcp_server.adapters.git import heads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository

PATIENCE = 2.0
"""Seconds that the agent waits, so that it learns of a conflict at once. A longer search continues without it."""


def find_conflicts(repository: Repository) -> None:
    """Start the search if HEAD has moved, and wait for it a little."""
    if heads.is_known(repository):
        return
    from subprocess import DEVNULL, Popen, TimeoutExpired

    search = Popen(  # its own session: the client ends its hooks with all their children
        [sys.executable, "-I", "-S", plugin_file("hooks", "find_conflicts.py"), repository.root],
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        start_new_session=True,
    )
    try:
        search.wait(PATIENCE)
    except TimeoutExpired:
        search.returncode = 0  # nobody waits for it any more
