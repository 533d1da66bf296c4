"""The process of a session's server: answers the client's calls, and the hooks that the client starts."""

import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hooks.resident.start import start  # noqa: E402  the folder has to be on the path first
from mcp_server.app import server  # noqa: E402

if __name__ == "__main__":
    listener = start(os.environ)

    def end(*_: object) -> NoReturn:
        """Leave no socket behind; there is nothing else to finish."""
        if listener is not None:
            listener.close()
        os._exit(0)

    for ending in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(ending, end)
    server().run("stdio")
    end()
