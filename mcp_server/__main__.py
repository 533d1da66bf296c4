"""Starts Interlock: `python -I mcp_server ARGUMENTS`, as `bin/interlock` does."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def start() -> None:
    """Run the command line. Where not even that can be loaded, a line says why: too little memory, too few files."""
    try:
        from mcp_server.cli_app import main

        main()
    except Exception as error:  # noqa: BLE001  whatever stops it ends in words, never in a traceback
        why = " ".join(str(error).split()) or type(error).__name__
        sys.stderr.write(f"interlock: it could not start: {why}\n")
        sys.stderr.flush()
        os._exit(3)  # the interpreter's own end may fail for the same reason


if __name__ == "__main__":
    start()
