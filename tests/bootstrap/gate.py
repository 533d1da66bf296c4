"""A gate in front of every installation, so that a test decides when it goes on."""

from __future__ import annotations

import os

import uv

from tests.bootstrap.ground import Ground


class Gate:
    """Holds up each `uv pip install` until it is let through, and tells which set-up it belongs to."""

    def __init__(self, ground: Ground) -> None:
        self._arrivals, self._way_on = ground.folder / "arrivals", ground.folder / "way-on"
        for pipe in (self._arrivals, self._way_on):
            os.mkfifo(pipe)
        ground.tool("uv", self._script())

    def _script(self) -> str:
        return f"""
case "$1 $2" in
    "pip install")
        echo "$PPID $$" >"{self._arrivals}"
        read -r _ <"{self._way_on}"
        ;;
esac
exec "{uv.find_uv_bin()}" "$@"
"""

    def wait_for_arrival(self) -> tuple[int, int]:
        """The process ids of the set-up whose installation stands at the gate, and of that installation."""
        setup, installation = self._arrivals.read_text().split()
        return int(setup), int(installation)

    def let_through(self) -> None:
        """Opens the gate for the one that stands there."""
        self._way_on.write_text("go on\n")

    def stay_open(self) -> None:
        """Opens the gate for all that still stand there or come, so that none outlives the tests."""
        for pipe in (self._arrivals, self._way_on):
            # Never closed: without somebody at the other end, who comes later would wait.
            os.write(os.open(pipe, os.O_RDWR | os.O_NONBLOCK), b"go on\n" * 20)
