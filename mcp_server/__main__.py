"""Starts Interlock: `python -I mcp_server ARGUMENTS`, as `bin/interlock` does."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mcp_server.cli_app import main  # noqa: E402  the folder has to be on the path first

if __name__ == "__main__":
    main()
