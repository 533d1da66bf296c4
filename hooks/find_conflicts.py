"""Finds branches that conflict and notifies their agents; `head_moved` starts it beside a session."""

from __future__ import annotations

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from mcp_server import hook_app  # noqa: E402  the plugin's folder has to be on the path first
from mcp_server.adapters.git import heads  # noqa: E402
from mcp_server.adapters.host.repository import used_at  # noqa: E402
from mcp_server.core.merge.conflicts import find_conflicts  # noqa: E402

SECONDS = 60
"""A search that takes longer is given up: what it has found by then is kept for the next one."""


def main(root: str) -> None:
    """Search once, in the repository around `root`."""
    import signal

    if hasattr(signal, "alarm"):
        signal.alarm(SECONDS)
    repository = used_at(root, root)
    if repository is None:
        return
    seen = heads.sign(repository)
    try:
        find_conflicts(hook_app.open_workplace(repository), hook_app.conflict_search(repository))
    finally:  # after a failure too: it would only fail again at the agent's next step
        heads.remember(repository, seen)


if __name__ == "__main__":
    main(sys.argv[1])
