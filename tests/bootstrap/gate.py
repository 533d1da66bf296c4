"""A gate in front of every installation, so that a test decides when it continues."""

from __future__ import annotations

import os
from pathlib import Path

import uv

from tests.bootstrap.installation import Installation


class Gate:
    """Stops each `uv pip install` until it is let through, and says which set-up it belongs to."""

    def __init__(self, installation: Installation) -> None:
        pipes = installation.folder / "arrivals", installation.folder / "way-on"
        for pipe in pipes:
            os.mkfifo(pipe)
        # Open at both ends and never closed: what is written waits for a reader, and no writer waits for one.
        self._arrivals, self._way_on = (os.open(pipe, os.O_RDWR) for pipe in pipes)
        installation.tool("uv", self._script(*pipes))

    def _script(self, arrivals: Path, way_on: Path) -> str:
        return f"""
case "$1 $2" in
    "pip install")
        echo "$PPID $$" >"{arrivals}"
        read -r _ <"{way_on}"
        ;;
esac
exec "{uv.find_uv_bin()}" "$@"
"""

    def wait_for_arrival(self) -> tuple[int, int]:
        """The process ids of the set-up whose installation waits at the gate, and of that installation."""
        setup, installation = os.read(self._arrivals, 1_000).split()
        return int(setup), int(installation)

    def let_through(self) -> None:
        """Opens the gate for the one that waits there, or the next one."""
        os.write(self._way_on, b"go on\n")

    def stay_open(self) -> None:
        """Opens the gate for all that still wait or will, so that none outlives the tests."""
        os.write(self._way_on, b"go on\n" * 20)
