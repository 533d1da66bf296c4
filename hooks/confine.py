"""Starts the launcher of a confined shell, which Python keeps compiled: the script that it is given it does not."""

import gc
import os
import sys

gc.disable()  # until all is loaded: nothing of that is garbage
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main() -> None:
    """Start the launcher; without it the command is not run, because it could not be confined."""
    try:
        from hooks.bash.launcher import main as launch
    except Exception as error:  # noqa: BLE001  the shell must not go on as if nothing had happened
        sys.exit(f"interlock: this command was not run, because it cannot be confined: {error}")
    launch()


if __name__ == "__main__":
    main()
