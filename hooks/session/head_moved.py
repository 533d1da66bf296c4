"""Has a checkout's HEAD moved since conflicts between branches were last looked for? Then they are looked for again."""

from __future__ import annotations

import os
import sys

from mcp_server.adapters.git import heads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from mcp_server.adapters.host.repository import Repository

PATIENCE = 2.0
"""Seconds that the agent waits, so that it hears of a conflict at once. A look that takes longer goes on without it."""


def look(repository: Repository) -> None:
    """Start the look if there is something new to be seen, and wait for it a little."""
    if heads.is_known(repository):
        return
    from subprocess import DEVNULL, Popen, TimeoutExpired

    script = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "find_conflicts.py")
    looking = Popen(  # its own session: the client ends its hooks with all their children
        [sys.executable, "-I", "-S", script, repository.root],
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        start_new_session=True,
    )
    try:
        looking.wait(PATIENCE)
    except TimeoutExpired:
        looking.returncode = 0  # it is not ours to wait for any more
